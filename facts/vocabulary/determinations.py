"""What can be decided on a service line; a review may record one of these too."""

from __future__ import annotations

from enum import StrEnum


class Determination(StrEnum):
    """The determination of a service line under a policy."""

    NOT_GOVERNED = "not_governed"
    NOT_MEDICALLY_NECESSARY = "not_medically_necessary"
    MEDICALLY_NECESSARY = "medically_necessary"
    INSUFFICIENT_INFORMATION = "insufficient_information"
