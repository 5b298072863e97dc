"""Analyses of policies, made beside the server: each in a process of its own, one at a time.

An analysis looks at all records that the clauses can tell apart, which takes minutes and much
memory; in a process of its own it holds up no other request, and all of it is given back.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

MOST_SECONDS = 1800


@dataclass(frozen=True, slots=True)
class State:
    """How far an analysis is: its ``page`` when it is there, or what went wrong (``failure``).

    ``other`` names the policy whose analysis has to end first.
    """

    running: bool = False
    page: str = ""
    failure: str = ""
    other: str = ""


def command(policy: str) -> list[str]:
    """The command that prints the page about a policy, given as ``NUMBER@DAY``."""
    return [sys.executable, "-m", "clausewise", "analyse", policy, "--format", "html"]


class Analyses:
    """The analyses that were asked for, by the version of the policy."""

    def __init__(self, command: Callable[[str], Sequence[str]] = command) -> None:
        self._command = command
        self._lock = threading.Lock()
        self._done: dict[str, State] = {}
        self._running = ""
        self._process: subprocess.Popen[str] | None = None

    def state(self, policy: str) -> State:
        """How far the analysis of a policy is."""
        with self._lock:
            if self._running == policy:
                return State(running=True)
            return self._done.get(policy, State(other=self._running))

    def begin(self, policy: str) -> None:
        """Begin an analysis, unless it is there, or another one is being made."""
        with self._lock:
            if self._running or self._done.get(policy, State()).page:
                return
            self._running = policy
        threading.Thread(target=self._make, args=(policy,), daemon=True).start()

    def end(self) -> None:
        """End what is running."""
        if self._process is not None:
            self._process.kill()

    def _make(self, policy: str) -> None:
        try:
            self._process = subprocess.Popen(
                self._command(policy),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            )
            page, _ = self._process.communicate(timeout=MOST_SECONDS)
            good = self._process.returncode == 0 and bool(page)
            state = State(page=page) if good else State(failure="the analysis was not finished")
        except subprocess.TimeoutExpired:
            self.end()
            state = State(failure=f"it took more than {MOST_SECONDS // 60} minutes")
        except OSError as error:
            state = State(failure=str(error.strerror))
        with self._lock:
            self._done[policy] = state
            self._running = ""
