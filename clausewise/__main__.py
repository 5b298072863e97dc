"""The ``clausewise`` command, also as ``python -m clausewise``."""

from __future__ import annotations

import signal
import sys
import time
from types import FrameType

AT_ONCE = 3.0
"""Seconds in which a further interruption means the same: what is begun is cleaned up first."""


def main() -> None:
    """Run the command.

    An interruption (Ctrl-C, SIGTERM, SIGHUP) at any moment ends it with status 130 and leaves
    nothing half behind.
    """
    last = -AT_ONCE

    def interrupted(_number: int, _frame: FrameType | None) -> None:
        nonlocal last
        before, last = last, time.monotonic()
        if last - before >= AT_ONCE:
            raise KeyboardInterrupt

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # not every system has all
        # What is ignored stays so, as nohup wants it.
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, interrupted)
    try:
        from clausewise.cli.commands import app

        app(prog_name="clausewise")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
