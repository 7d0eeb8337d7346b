"""Swedish sentences about a figure, made from its rule and its published numbers only."""

from datetime import date
from decimal import Decimal

from methods.figure import Figure
from methods.forecast import Pace
from methods.months import month_list_sv
from methods.promise_summary import PromiseSummary
from methods.status import Verdict
from publication.numbers import number_sv, percent_beside_sv, target_percent_sv
from publication.survey_wording import direction_sv
from schemas.agreement import Indicator, Source
from schemas.codes import BEAT_SV, COMPARISON_SV, DIRECTION_SV, QUALIFIER_SV, STATUS_WORDS, Status
from schemas.target import CountTarget, DirectionTarget, MilestoneTarget, RhythmTarget, ShareTarget, Target, is_surveyed

_SENTENCES = {
    "no_indicator": "Avtalet anger inget att räkna.",
    "protected_unit": "För att skydda enskilda.",
    "signing_date_unknown": "Läsningen räknar från undertecknandet, och den dagen är inte känd.",
    "source_reports_longer_periods": "Det som är redovisat, eller ska redovisas, gäller längre perioder än så.",
    "no_target_received": "Avtalet anger inget målantal.",
    "running_no_target": "Perioden är inte slut och inget har redovisats ännu.",
    "at_least_reached": "Redovisat: {actual}. Målet är {target}.",
    "at_most_exceeded": "Redovisat: {actual}. Gränsen, {target}, är passerad.",
    "exactly_exceeded": "Redovisat: {actual}. Det är fler än målet, {target}.",
    "at_least_complete_below": "Uppgifter har kommit för hela perioden: {actual}. Målet är {target}.",
    "at_most_complete_within": "Uppgifter har kommit för hela perioden: {actual}. Målet är {target}.",
    "exactly_complete_equal": "Uppgifter har kommit för hela perioden: {actual}. Målet är {target}.",
    "exactly_complete_below": "Uppgifter har kommit för hela perioden: {actual}. Målet är {target}.",
    "increase_reached": "Redovisat: {actual}. Målet är {target}.",
    "increase_complete_not_above": "Uppgifter har kommit för hela perioden: {actual}. Målet är {target}.",
    "decrease_exceeded": "Redovisat: {actual}. Målet är {target}.",
    "decrease_complete_below": "Uppgifter har kommit för hela perioden: {actual}. Målet är {target}.",
    "no_baseline": "Avtalet säger inte vad utfallet ska jämföras med.",
    "share_at_least_complete_reached": "Uppgifter har kommit för hela perioden: {actual}. Målet är {target}.",
    "share_at_least_complete_below": "Uppgifter har kommit för hela perioden: {actual}. Målet är {target}.",
    "share_at_most_complete_within": "Uppgifter har kommit för hela perioden: {actual}. Målet är {target}.",
    "share_at_most_complete_above": "Uppgifter har kommit för hela perioden: {actual}. Målet är {target}.",
    "share_undefined": "Det finns inget att ta andelen av, eller så är delen större än det hela.",
    "rhythm_held": "Redovisat: {actual}. Målet är {target}.",
    "rhythm_broken": "Redovisat: {actual}. Målet är {target}, och minst en gång har det inte skett.",
    "nothing_due": "Ingen hel vecka, månad eller tertial ryms i perioden.",
    "property_not_delivered": "Uppgifterna säger inte hur länge varje tillfälle varade, och målet beror på det.",
    "milestone_done": "Klart {done_on}. Målet är {target}.",
    "milestone_late": "Klart {done_on}, efter den utlovade dagen. Målet är {target}.",
    "milestone_confirmed_undone": "Den ansvariga har bekräftat att det inte var klart i tid. Målet är {target}.",
    "milestone_not_due": "Dagen är inte inne: {target}.",
    "qualifier_does_not_decide": "Redovisat: {actual}. Det avgör inte om målet, {target}, är nått.",
    "known_unread": "Redovisning finns men är inte inläst.",
    "months_missing_within_patience": "Alla uppgifter har inte kommit än.",
    "total_missing_within_patience": "En redovisning av året hittills har inte kommit än, och utan den är talet okänt.",
    "total_missing": "En redovisning av året hittills har inte kommit, och utan den är talet okänt.",
    "months_missing": "Alla uppgifter har inte kommit.",
    "agreement_terminated": "Avtalet upphörde att gälla {ended_on}, innan tiden var slut. Målet gällde hela tiden.",
    "agreement_replaced": "Ett nytt avtal tog över {ended_on}, innan tiden var slut. Målet gällde hela tiden.",
    "source_ended": "Källan har upphört, och ingen annan har tagit över för hela resten av perioden. {silences}",
    "source_paused": "Källan redovisar inget under en del av tiden. {silences}",
    "source_not_begun": "Källan redovisar inget från periodens början. {silences}",
    "nothing_received_within_patience": "Inga uppgifter har kommit för perioden; det betyder inte noll.",
    "nothing_received_not_searched": "Inga uppgifter har kommit för perioden; det betyder inte noll.",
    "nothing_received": "Vi har inte fått eller hittat någon redovisning (sökt {searched_on}).",
    "direction_share_withheld": "För få har svarat, eller så är andelen för osäker för att visas.",
    "direction_share_missing": "Mätningen har kommit, men utan en andel för frågan och området som går att läsa.",
    "direction_no_baseline": "Den sista mätningen före avtalet saknas, eller så kan dess andel inte visas.",
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


def actual_sv(figure: Figure) -> str | None:
    """Write an actual with its qualifier, as in 'minst 43', '25 %' or '17 veckor'."""
    actual, target = figure.actual, figure.target
    if actual is None:
        return None
    said = QUALIFIER_SV[actual.qualifier] + _value_sv(actual.value, figure.target)
    if actual.qualifier == "at_least" and actual.high is not None:
        said += f", högst {number_sv(actual.high)}"
    if isinstance(target, RhythmTarget):
        return f"{said} {BEAT_SV[target.every][(actual.high or actual.value) != 1]}"
    return said


def target_sv(figure: Figure) -> str | None:
    """Write a target, as in 'minst 30', 'minst 20 %', 'varje vecka (52)' or 'klart senast 2024-06-30'."""
    target, number = figure.target, figure.target_number
    if isinstance(target, MilestoneTarget):
        if target.due_on:
            return f"klart senast {target.due_on}"
        due_on = figure.period.end_on
        return f"klart senast {due_on} (periodens slut; ingen dag är angiven)" if due_on else "klart inom perioden"
    if isinstance(target, RhythmTarget):
        return f"varje {BEAT_SV[target.every][0]} ({number_sv(number or 0)})"
    if is_surveyed(target):
        return DIRECTION_SV[target.comparison]
    if isinstance(target, DirectionTarget):
        direction = "fler än" if target.comparison == "increase" else "färre än"
        return f"{direction} {number_sv(number)}" if number is not None else f"{direction} förut"
    if isinstance(target, ShareTarget):
        return f"{COMPARISON_SV[target.comparison]} {target_percent_sv(target.value)}"
    if not isinstance(target, CountTarget):
        return None
    lasting = f" på minst {number_sv(target.qualification.minimum)} minuter" if target.qualification else ""
    return f"{COMPARISON_SV[target.comparison]} {number_sv(target.value)}{lasting}"


def places_sv(figure: Figure) -> str | None:
    """Name the places that a figure is about, together."""
    names = [place.name_sv for place in figure.places]
    return " och ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else (names[0] if names else None)


def label_sv(figure: Figure) -> str:
    """Say which period, and which places, a figure is about."""
    places = places_sv(figure)
    return f"{places}, {figure.period.label_sv}" if places else figure.period.label_sv


def unit_sv(indicator: Indicator, target: Target | None) -> str:
    """Say what one of an indicator's number is under a target."""
    if isinstance(target, ShareTarget):
        return "andel"
    if isinstance(target, RhythmTarget):
        return BEAT_SV[target.every][0]
    return indicator.unit


def _value_sv(value: Decimal, target: Target | None) -> str:
    return percent_beside_sv(value, target.value) if isinstance(target, ShareTarget) else number_sv(value)


def missing_sv(figure: Figure) -> str | None:
    """Name the months that nothing has come for."""
    has_number = figure.activity.sources and figure.value_status != "not_applicable"
    if not figure.missing_months or not (has_number or figure.is_direction):
        return None
    return month_list_sv(figure.missing_months)


def reason_sv(figure: Figure) -> str | None:
    """Say why a figure is rated as it is; where an office has decided, that comes before the rule's reason."""
    if figure.verdict is None:
        return None
    decided = figure.override
    if decided is None:
        return _rule_sv(figure, figure.verdict)
    rule = STATUS_WORDS[figure.verdict.status].label_sv
    return f"Beslut {decided.decided_on}: {decided.reason_sv} Regeln ger: {rule}. {_rule_sv(figure, figure.verdict)}"


def _rule_sv(figure: Figure, verdict: Verdict) -> str:
    rule = verdict.rule
    caveat = next((suffix for suffix in _CAVEATS if rule.endswith(suffix)), "")
    sentence = _SENTENCES[rule.removesuffix(caveat)].format(
        actual=actual_sv(figure),
        target=target_sv(figure),
        searched_on=_searched_on(figure),
        ended_on=figure.ended_on,
        silences=" ".join(silence_sv(source) for source in figure.silences),
        done_on=figure.target.done_on if isinstance(figure.target, MilestoneTarget) else None,
        outlook=_outlook_sv(figure),
        change=direction_sv(figure.seen) if figure.seen else "",
    )
    missing = missing_sv(figure)
    is_told = figure.actual is not None or figure.is_direction
    lacking = f" Uppgifter saknas för {missing}." if missing and is_told else ""
    preliminary = " Den som lämnar uppgifterna kallar dem preliminära." if figure.is_preliminary else ""
    return sentence + _CAVEATS.get(caveat, "") + lacking + preliminary


def silence_sv(source: Source) -> str:
    """Tell when a source began, ended or paused, with the reason for what is not there."""
    told = [f"{source.title_sv} började redovisa {source.started_on}."] if source.started_on else []
    if source.ended_on is not None:
        told.append(f"{source.title_sv} upphörde efter {source.ended_on}: {_stopped(source.ended_reason_sv or '')}")
    for pause in source.pauses:
        days = f"{pause.from_on} till {pause.to_on}"
        told.append(f"{source.title_sv} redovisar inget {days}: {_stopped(pause.reason_sv)}")
    return " ".join(told)


def _stopped(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _searched_on(figure: Figure) -> date | None:
    return figure.target.searched_on if isinstance(figure.target, MilestoneTarget) else figure.searched_on


def _outlook_sv(figure: Figure) -> str:
    if figure.outlook is None:
        return ""
    low, high = figure.outlook.low, figure.outlook.high
    span = number_sv(low) if low == high else f"{number_sv(low)}–{number_sv(high)}"
    return (
        f"{_pace_sv(figure.outlook.pace)} blir det ungefär {span} under perioden "
        f"(målet är {target_sv(figure)}). En räkneövning, ingen prognos från den ansvariga."
    )


def _pace_sv(pace: Pace) -> str:
    since = "i takten hittills och från tidigare år" if pace.prior_periods > 0 else "i samma takt"
    spread = ", fördelat över året som tidigare år," if pace.is_seasonal else ""
    return f"Fortsätter det {since}{spread}"


# One and several.
_MET_SV = ("nått", "nådda")
_NOT_SV: dict[Status, tuple[str, str]] = {"not_kept": _MET_SV, "not_reported": ("redovisat", "redovisade")}
_OTHERS_SV: dict[Status, str] = {
    "on_track": "i takt",
    "at_risk": "efter takten",
    "off_track": "långt efter takten",
    "ongoing": "pågår",
    "awaiting_data": "väntar på uppgifter",
    "undetermined": "går inte att avgöra",
    "suppressed": "visas inte",
}


def _other_sv(status: Status, count: int, summary: PromiseSummary) -> str:
    if status in _NOT_SV:
        return f"inte {_NOT_SV[status][count != 1 and not summary.is_by_year]}"
    return _OTHERS_SV[status]


def summary_sv(summary: PromiseSummary) -> str:
    """Sum a promise up, as in '2 av 3 mål nådda, 1 inte redovisat'."""
    of_all = f"{summary.kept} av {summary.total}"
    start = f"Målet nått {of_all} år" if summary.is_by_year else f"{of_all} mål {_MET_SV[summary.total != 1]}"
    others = "".join(f", {count} {_other_sv(status, count, summary)}" for status, count in summary.others)
    is_by_period = summary.has_several_periods and not summary.is_by_year
    each = [word for word, is_each in (("period", is_by_period), ("plats", summary.has_several_places)) if is_each]
    apart = f" Ett mål räknas en gång för varje {' och '.join(each)}." if each else ""
    otherwise = " En annan läsning av orden ger ett annat besked." if summary.has_other_reading else ""
    amended = " En ändring av avtalet ger ett annat besked." if summary.has_other_amended else ""
    return f"{start}{others}.{apart}{otherwise}{amended}"
