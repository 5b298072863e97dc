"""The ``clausewise`` command, also as ``python -m clausewise``."""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """Run the command.

    An interruption (Ctrl-C, SIGTERM, SIGHUP) at any moment ends it with status 130 and leaves
    nothing half behind.
    """
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # not every system has both
        # What is ignored stays so, as nohup wants it.
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    try:
        from clausewise.cli.commands import app

        app(prog_name="clausewise")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
