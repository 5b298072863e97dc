"""The one base of all errors that tell a user what is wrong with what was given."""

from __future__ import annotations


class ClausewiseError(Exception):
    """Something that was given cannot be used; the message says what, and what to do."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the message, without the way through our code."""
        return [f"{type(self).__name__}: {self}"]


class MissingPackageError(ClausewiseError):
    """A package that is installed with an extra is not there; the message names the extra."""


class UnknownNameError(ClausewiseError, KeyError):
    """A clause, procedure or path that the policy does not have."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""
