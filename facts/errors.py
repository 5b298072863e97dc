"""The one base of all errors that tell a user what is wrong with what was given."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

INTERRUPTED = "Query interrupted"
"""What DuckDB says in a RuntimeError when the user interrupts a query."""
Parameters = ParamSpec("Parameters")
Value = TypeVar("Value")
Class = TypeVar("Class", bound=type)


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


def plainly(function: Callable[Parameters, Value]) -> Callable[Parameters, Value]:
    """The function, whose errors about what was given show no way through our code."""

    @wraps(function)
    def plain(*args: Parameters.args, **named: Parameters.kwargs) -> Value:
        try:
            return function(*args, **named)
        except ClausewiseError as error:
            raise error.with_traceback(None) from None

    return plain


def with_plain_methods(made: Class) -> Class:
    """The class, whose public methods raise such errors in the same way."""
    for name, member in list(vars(made).items()):
        if callable(member) and not name.startswith("_") and not isinstance(member, type):
            setattr(made, name, plainly(member))
    return made
