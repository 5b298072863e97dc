"""What can go wrong when something is drawn; each message is a sentence that says what to do."""

from __future__ import annotations

from clausewise.facts.errors import ClausewiseError


class PictureError(ClausewiseError):
    """There is nothing to draw, or not so."""


class UnknownNodeError(PictureError):
    """No clause, fact, parameter or reading has this name; the message offers the nearest."""


class RenderError(PictureError):
    """No program could draw the picture."""
