"""Swedish sentences about a figure, made from its rule and its published numbers only."""

from methods.actual import Actual
from methods.figure import Figure
from methods.months import month_list_sv
from publication.numbers import number_sv
from publication.survey_wording import direction_sv
from schemas.agreement import CountTarget, DirectionTarget
from schemas.codes import COMPARISON_SV, DIRECTION_SV, QUALIFIER_SV

_SENTENCES = {
    "no_indicator": "Avtalet anger inget att räkna.",
    "protected_unit": "För att skydda enskilda.",
    "signing_date_unknown": "Läsningen räknar från undertecknandet, och den dagen är inte känd.",
    "source_reports_longer_periods": "Källan redovisar bara för längre perioder än så.",
    "no_target_received": "Avtalet anger inget målantal.",
    "running_no_target": "Perioden är inte slut och inget har redovisats ännu.",
    "at_least_reached": "Redovisat: {actual}. Målet är {target}.",
    "at_most_exceeded": "Redovisat: {actual}. Gränsen, {target}, är passerad.",
    "exactly_exceeded": "Redovisat: {actual}. Det är fler än målet, {target}.",
    "at_least_complete_below": "Uppgifter har kommit för hela perioden: {actual}. Målet är {target}.",
    "at_most_complete_within": "Uppgifter har kommit för hela perioden: {actual}. Målet är {target}.",
    "exactly_complete_equal": "Uppgifter har kommit för hela perioden: {actual}. Målet är {target}.",
    "exactly_complete_below": "Uppgifter har kommit för hela perioden: {actual}. Målet är {target}.",
    "qualifier_does_not_decide": "Redovisat: {actual}. Det avgör inte om målet, {target}, är nått.",
    "known_unread": "Redovisning finns men är inte inläst.",
    "months_missing_within_patience": "Alla uppgifter har inte kommit än.",
    "months_missing": "Alla uppgifter har inte kommit.",
    "nothing_received_within_patience": "Inga uppgifter har kommit för perioden; det betyder inte noll.",
    "nothing_received_not_searched": "Inga uppgifter har kommit för perioden; det betyder inte noll.",
    "nothing_received": "Vi har inte fått eller hittat någon redovisning (sökt {searched_on}).",
    "direction_share_withheld": "För få har svarat, eller så är andelen för osäker för att visas.",
    "direction_no_baseline": "Det finns ingen andel från tiden före avtalet att jämföra med.",
    "direction_not_tested": "{change}",
    "direction_no_detectable_change": "{change}",
    "direction_detected": "{change}",
    "direction_opposite": "{change}",
    "running": "Perioden är inte slut; det är för tidigt att säga.",
    "pace_even_or_better": "{outlook}",
    "pace_behind": "{outlook}",
    "pace_far_behind": "{outlook}",
}
_CAVEATS = {
    "_clipped_period": " Avtalet gäller bara en del av perioden, så det går inte att säga om målet nåddes.",
    "_assumed_start": " Avtalets första dag är antagen, så det går inte att säga om målet nåddes.",
}


def actual_sv(actual: Actual | None) -> str | None:
    """Write an actual with its qualifier, as in 'minst 43'."""
    return None if actual is None else QUALIFIER_SV[actual.qualifier] + number_sv(actual.value)


def target_sv(target: CountTarget | DirectionTarget | None) -> str | None:
    """Write a target, as in 'minst 30'."""
    if isinstance(target, DirectionTarget):
        return DIRECTION_SV[target.comparison]
    return None if target is None else f"{COMPARISON_SV[target.comparison]} {number_sv(target.value)}"


def missing_sv(figure: Figure) -> str | None:
    """Name the months that nothing has come for."""
    if not figure.missing_months or not figure.activity.sources or figure.value_status == "not_applicable":
        return None
    return month_list_sv(figure.missing_months)


def reason_sv(figure: Figure) -> str | None:
    """Say why a figure is rated as it is."""
    if figure.verdict is None:
        return None
    rule = figure.verdict.rule
    caveat = next((suffix for suffix in _CAVEATS if rule.endswith(suffix)), "")
    sentence = _SENTENCES[rule.removesuffix(caveat)].format(
        actual=actual_sv(figure.actual),
        target=target_sv(figure.target),
        searched_on=figure.searched_on,
        outlook=_outlook_sv(figure),
        change=direction_sv(figure.seen) if figure.seen else "",
    )
    missing = missing_sv(figure)
    lacking = f" Uppgifter saknas för {missing}." if missing and figure.actual is not None else ""
    return sentence + _CAVEATS.get(caveat, "") + lacking


def _outlook_sv(figure: Figure) -> str:
    if figure.outlook is None:
        return ""
    low, high = figure.outlook.low, figure.outlook.high
    span = number_sv(low) if low == high else f"{number_sv(low)}–{number_sv(high)}"
    return (
        f"Fortsätter det i samma takt blir det ungefär {span} under perioden "
        f"(målet är {target_sv(figure.target)}). En räkneövning, ingen prognos från den ansvariga."
    )
