"""Swedish sentences about a change between two surveys; what cannot be seen is never called no change."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from methods.survey import Change, SurveyResult
from publication.numbers import number_sv, percent_sv

_TENTH = Decimal("0.1")


def changes_sv(result: SurveyResult) -> str | None:
    """Say what can be said of a result beside the baseline and the survey before."""
    if result.is_withheld:
        return None
    said = ["Utgångsvärde."] if result.is_baseline else []
    if result.change:
        said.append(change_sv(result.change, "utgångsmätningen"))
    if result.change_from_previous and not _is_same(result.change, result.change_from_previous):
        said.append(change_sv(result.change_from_previous, "mätningen före"))
    return " ".join(said) or None


def direction_sv(result: SurveyResult) -> str:
    """Say what a direction is rated by: the share, and its change since the baseline."""
    if result.share is None or result.change is None:
        return ""
    return f"Trygghetsmätningen {result.surveyed_on.year}: {percent_sv(result.share)} procent. " + change_sv(
        result.change, "utgångsmätningen"
    )


def change_sv(change: Change, since: str) -> str:
    """Say how a share has changed since a survey.

    >>> change_sv(Change("s-2022", Decimal("0.1"), "increase"), "utgångsmätningen")
    'Andelen är högre än i utgångsmätningen: +10 procentenheter, mer än slumpen brukar ge.'
    """
    if change.verdict in {"increase", "decrease"}:
        direction = "högre" if change.verdict == "increase" else "lägre"
        points = percentage_points_sv(points_sv(change.share))
        return f"Andelen är {direction} än i {since}: {points}, mer än slumpen brukar ge."
    if change.verdict == "no_detectable_change":
        many = ", inte större än slumpen kan ge när så många frågor prövas på en gång" if _is_near(change) else ""
        start = f"Ingen påvisbar förändring sedan {since} ({percentage_points_sv(points_sv(change.share))}{many}). "
        return start + limits_sv(change)
    return (
        f"Ändring sedan {since}: {percentage_points_sv(points_sv(change.share))}. "
        "Den är inte prövad: hur säker mätningen är har inte redovisats."
    )


def limits_sv(change: Change) -> str:
    """Say how small a change would not have been seen; nothing where none is tested."""
    if change.critical_share is None or change.detectable_share is None:
        return ""
    unseen = number_sv((change.critical_share * 100).quantize(_TENTH, ROUND_FLOOR))
    seen = number_sv((change.detectable_share * 100).quantize(_TENTH, ROUND_CEILING))
    return (
        f"En förändring på mindre än {percentage_points_sv(unseen)} hade inte synts. "
        f"För att synas minst fyra gånger av fem behöver den vara {seen}."
    )


def points_sv(share: Decimal) -> str:
    """Write a difference of shares in percentage points, with its sign.

    >>> points_sv(Decimal("0.0333")), points_sv(Decimal("-0.12")), points_sv(Decimal("0.0001"))
    ('+3,3', '−12', '0')
    """
    points = (share * 100).quantize(_TENTH)
    text = number_sv(abs(points))
    return text if not points else f"+{text}" if points > 0 else f"\u2212{text}"


def percentage_points_sv(number: str) -> str:
    """Say how many percentage points a number, as it is written, is of.

    >>> percentage_points_sv("+1"), percentage_points_sv("0,1")
    ('+1 procentenhet', '0,1 procentenheter')
    """
    return f"{number} procentenhet" + ("" if number.lstrip("+\u2212") == "1" else "er")


def _is_near(change: Change) -> bool:
    """Were it the only question, it would have been a change."""
    return change.critical_share is not None and abs(change.share) >= change.critical_share


def _is_same(one: Change | None, other: Change) -> bool:
    return one is not None and one.from_survey_id == other.from_survey_id
