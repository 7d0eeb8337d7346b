"""What may be published before there is disclosure control: interim limits, stricter than the control will be.

A unit that is a person, or undeclared, gives no number at all; an establishment only whole years that are complete, for
the whole municipality, since a year under way grows by the month; a survey share only on a base that hides the single
answer.
"""

from decimal import Decimal
from typing import Literal

DisclosureUnit = Literal["occasion", "establishment", "person", "undeclared"]
RESPONDENTS_MIN = 30
ANSWERS_MIN = 5


def is_withheld(
    unit: DisclosureUnit,
    *,
    public_elsewhere: bool,
    period_type: str,
    is_clipped: bool,
    is_complete: bool,
    is_received: bool,
    is_by_place: bool = False,
) -> bool:
    """Tell whether a figure's number must not be published."""
    if public_elsewhere or unit == "occasion":
        return False
    if unit == "establishment":
        is_whole_year = period_type == "year" and not is_clipped and is_complete and not is_by_place
        return is_received and not is_whole_year
    return True


def is_share_withheld(share: Decimal, respondents: int) -> bool:
    """Tell whether a survey share rests on too few answers, in its numerator or its complement.

    >>> is_share_withheld(Decimal("0.90"), 40), is_share_withheld(Decimal("0.85"), 40)
    (True, False)
    """
    return is_estimate_withheld(share * respondents, respondents)


def is_estimate_withheld(numerator: Decimal | int, respondents: int) -> bool:
    """Tell whether a share rests on too few answers, of all, of those who said yes or of those who did not.

    >>> is_estimate_withheld(5, 30), is_estimate_withheld(4, 30), is_estimate_withheld(26, 30)
    (False, True, True)
    """
    return respondents < RESPONDENTS_MIN or numerator < ANSWERS_MIN or respondents - numerator < ANSWERS_MIN
