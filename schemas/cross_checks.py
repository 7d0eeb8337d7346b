"""What one key of an agreement says about another: references, uniqueness, and what cannot both hold."""

from collections import Counter
from collections.abc import Iterator

from pydantic import ValidationError

from schemas.agreement import Activity, Agreement, Indicator, Source
from schemas.amendment_checks import amendment_faults, revision_faults
from schemas.context import (
    CELLS_MAX,
    BraFiles,
    ContextSource,
    PoliceEvents,
    ReadableContext,
    ScbTable,
    places_of_sweden,
    police_event_types,
)
from schemas.contract import (
    AnswersContract,
    PlaceValidity,
    ReadableContract,
    SurveyContract,
    indicator_keys,
    survey_questions,
)
from schemas.contract_checks import contract_faults
from schemas.silence_checks import handover_faults, own_days, silence_faults
from schemas.target import DirectionTarget, MilestoneTarget, is_surveyed
from schemas.target_checks import Fault, target_faults
from schemas.toml_positions import Path


def cross_faults(agreement: Agreement) -> list[Fault]:
    """List what does not fit together, with the path of the key to mend."""
    return [
        *_term_faults(agreement),
        *amendment_faults(agreement),
        *_repeated_ids(agreement),
        *_area_faults(agreement),
        *_office_faults(agreement),
        *_activity_faults(agreement),
        *_source_faults(agreement),
        *_outcome_faults(agreement),
        *_context_faults(agreement),
    ]


def resolve_contract(agreement: Agreement, source: Source) -> ReadableContract:
    """Put the agreement's term and places into a source's contract."""
    begins_on, ends_on = own_days(source, agreement)
    return ReadableContract(
        agreement_id=agreement.id,
        source_id=source.id,
        starts_on=agreement.starts_on,
        ends_on=agreement.longest_ends_on,
        contract=source.contract,
        places={name: place.id for place in agreement.places for name in (place.name_sv, *place.aliases)},
        place_validity={
            place.id: PlaceValidity(valid_from=place.valid_from, valid_to=place.valid_to)
            for place in agreement.places
            if place.valid_from or place.valid_to
        },
        decimal_indicators=[
            f"{activity.id}/{indicator.id}"
            for activity in agreement.activities
            for indicator in activity.indicators
            if indicator.quantity != "count"
        ],
        reports_from=source.started_on if _reaches_back(source) else begins_on,
        reports_until=ends_on,
    )


def _reaches_back(source: Source) -> bool:
    """Tell whether deliveries are also about what was before their own months."""
    return source.contract.late_rows == "accept" or source.is_year_to_date


def resolve_context(agreement: Agreement, source: ContextSource) -> ReadableContext:
    """Put what Sweden's places and the police's types are called into a context source's contract."""
    return ReadableContext(
        agreement_id=agreement.id,
        source_id=source.id,
        municipalities=agreement.municipality_codes,
        contract=source.contract,
        places=places_of_sweden() if isinstance(source.contract, PoliceEvents | BraFiles) else {},
        types=police_event_types() if isinstance(source.contract, PoliceEvents) else {},
    )


def _context_faults(agreement: Agreement) -> Iterator[Fault]:
    delivering = {source.id for source in agreement.sources}
    places = places_of_sweden()
    for position, source in enumerate(agreement.context):
        path: Path = ("context", position)
        if source.id in delivering:
            yield (*path, "id"), f"the id {source.id!r} is a source's too"
        contract = source.contract
        if isinstance(contract, ScbTable) and contract.cell_count(len(agreement.municipalities)) > CELLS_MAX:
            yield (*path, "contract"), f"asks for more than {CELLS_MAX} cells, which the publisher does not answer"
        for name in contract.location_names if isinstance(contract, PoliceEvents) else ():
            if name.casefold() not in places:
                yield (*path, "contract", "location_names"), f"{name!r} is no municipality or county of Sweden"


def _term_faults(agreement: Agreement) -> Iterator[Fault]:
    if agreement.ends_on < agreement.starts_on:
        yield ("ends_on",), "the term ends before it starts"
    if agreement.signed_on is not None and agreement.signed_on > agreement.ends_on:
        yield ("signed_on",), "the agreement is signed after it ends"
    if agreement.is_start_assumed and agreement.start_note_sv is None:
        yield ("is_start_assumed",), "say in start_note_sv why the start is assumed"


def _area_faults(agreement: Agreement) -> Iterator[Fault]:
    codes = [item.code for item in agreement.municipalities]
    yield from _said_twice(("municipalities",), codes)
    if len(codes) > 1 and agreement.area is None:
        yield ("municipalities",), "an agreement of several is about an area; name the police area in [area]"
    for position, place in enumerate(agreement.places):
        if place.valid_from and place.valid_to and place.valid_to < place.valid_from:
            yield ("places", position, "valid_to"), "the place ends before it begins"
        for alias in place.aliases:
            if not alias.strip() or alias != alias.strip():
                yield (
                    ("places", position, "aliases"),
                    f"{alias!r} is empty or has space at its start or end, so no cell can be it; take the space away",
                )


def _repeated_ids(agreement: Agreement) -> Iterator[Fault]:
    for key in ("offices", "places", "promises", "outcomes", "activities", "sources", "amendments", "context"):
        yield from _repeated((key,), [item.id for item in getattr(agreement, key)])
    names = _place_names(agreement)
    yield from ((("places",), f"the place name {name!r} is used twice") for name, n in Counter(names).items() if n > 1)


def _place_names(agreement: Agreement) -> list[str]:
    return [name for place in agreement.places for name in (place.name_sv, *place.aliases)]


def _repeated(path: Path, ids: list[str]) -> Iterator[Fault]:
    for position, identifier in enumerate(ids):
        if identifier in ids[:position]:
            yield (*path, position, "id"), f"the id {identifier!r} is used twice"


def _office_faults(agreement: Agreement) -> Iterator[Fault]:
    for position, office in enumerate(agreement.offices):
        if {"correct", "approve"} <= set(office.roles):
            yield ("offices", position, "roles"), "who corrects does not approve; give the two roles to two offices"


def _activity_faults(agreement: Agreement) -> Iterator[Fault]:
    promises = {promise.id for promise in agreement.promises}
    sources = {source.id for source in agreement.sources}
    for position, activity in enumerate(agreement.activities):
        path: Path = ("activities", position)
        yield from _unknown((*path, "promises"), activity.promises, promises, "promise")
        yield from _unknown((*path, "sources"), activity.sources, sources, "source")
        yield from _said_twice((*path, "promises"), activity.promises)
        yield from _said_twice((*path, "sources"), activity.sources)
        if len(activity.sources) > 1 and activity.combine is None:
            yield (*path, "sources"), 'more than one source needs combine = "sum" or "first"'
        if len({source.is_example for source in agreement.sources if source.id in activity.sources}) > 1:
            yield (*path, "sources"), "an invented source and a real one are never summed"
        yield from handover_faults(path, activity, agreement)
        yield from _indicator_faults(path, activity, agreement)
        yield from _target_faults(path, activity, agreement)
        yield from _direction_faults(path, activity, agreement)


def _indicator_faults(path: Path, activity: Activity, agreement: Agreement) -> Iterator[Fault]:
    yield from _repeated((*path, "indicators"), [indicator.id for indicator in activity.indicators])
    delivered = {
        key
        for source in agreement.sources
        if source.id in activity.sources
        for key in indicator_keys(source.contract).values()
    }
    for position, indicator in enumerate(activity.indicators):
        here = (*path, "indicators", position)
        targets = [target for target in activity.targets if target.indicator == indicator.id]
        is_elsewhere = bool(targets) and all(isinstance(t, MilestoneTarget) or is_surveyed(t) for t in targets)
        yield from _series_faults(here, indicator)
        yield from _outlook_faults(here, activity, indicator, agreement)
        if indicator.public_elsewhere and indicator.public_elsewhere_url is None:
            yield (*here, "public_elsewhere"), "give the link in public_elsewhere_url"
        if activity.sources and not is_elsewhere and f"{activity.id}/{indicator.id}" not in delivered:
            yield (*here, "id"), f"no source of the activity delivers '{activity.id}/{indicator.id}'"


def _series_faults(path: Path, indicator: Indicator) -> Iterator[Fault]:
    if (indicator.series_id is None) != (indicator.is_comparable is None):
        key = "is_comparable" if indicator.is_comparable is None else "series_id"
        yield (*path, "id"), f"series_id and is_comparable belong together; give {key} too"
    if indicator.is_comparable and indicator.comparability_sv is None:
        yield (*path, "is_comparable"), "say in comparability_sv why its numbers may be set beside other agreements'"


def _outlook_faults(path: Path, activity: Activity, indicator: Indicator, agreement: Agreement) -> Iterator[Fault]:
    years = [item.year for item in indicator.earlier_years]
    if years and indicator.quantity != "count":
        yield (*path, "earlier_years"), "are counts; the outlook of hours and money is not calculated"
    if len(set(years)) < len(years):
        yield (*path, "earlier_years"), "a year is given twice"
    invented = any(item.is_invented for item in indicator.earlier_years)
    if invented and not all(source.is_example for source in agreement.sources_of(activity, indicator)):
        yield (*path, "earlier_years"), "an invented year and a real source are never put together"
    if any(year >= agreement.starts_on.year for year in years):
        yield (*path, "earlier_years"), "ended before the agreement started; later years come with deliveries"
    if indicator.outlook.season and len(years) < 2:
        yield (*path, "outlook", "season"), "two earlier years or more tell a season; give them in earlier_years"
    if indicator.outlook.prior_years > 0 and not any(sum(item.months) for item in indicator.earlier_years):
        yield (*path, "outlook", "prior_years"), "there is no count in earlier_years that a rate could start from"


def _target_faults(path: Path, activity: Activity, agreement: Agreement) -> Iterator[Fault]:
    indicators = {indicator.id for indicator in activity.indicators}
    yield from _repeated((*path, "targets"), [target.id for target in activity.targets])
    seen: set[tuple[str, str]] = set()
    for position, target in enumerate(activity.targets):
        here = (*path, "targets", position)
        yield from _unknown((*here, "indicator"), [target.indicator], indicators, "indicator")
        if sum(reading.is_rated for reading in target.readings) != 1:
            yield (*here, "readings"), "exactly one reading must have is_rated = true"
        for place, reading in enumerate(target.readings):
            if (target.indicator, reading.id) in seen:
                yield (*here, "readings", place, "id"), f"the reading {reading.id!r} is used twice"
            seen.add((target.indicator, reading.id))
        yield from target_faults(here, target, activity, agreement)
        yield from revision_faults(here, target, activity, agreement)


def _direction_faults(path: Path, activity: Activity, agreement: Agreement) -> Iterator[Fault]:
    directed = {target.indicator for target in activity.targets if is_surveyed(target)}
    roles = {indicator.id: indicator.role for indicator in activity.indicators}
    outcomes, places = {item.id for item in agreement.outcomes}, {item.id for item in agreement.places}
    for position, target in enumerate(activity.targets):
        here = (*path, "targets", position)
        if not isinstance(target, DirectionTarget) or not is_surveyed(target):
            if target.indicator in directed:
                yield (*here, "indicator"), "has a target for its direction too; give that an indicator of its own"
            if isinstance(target, DirectionTarget) and target.area is not None:
                yield (*here, "area"), "is of an outcome; name that in outcome"
            continue
        if roles.get(target.indicator, "outcome") != "outcome":
            yield (*here, "indicator"), 'a direction is promised for an indicator with role = "outcome"'
        if target.area is None:
            yield (*here, "outcome"), "say in area which place the share is of"
        if target.baseline is not None:
            yield (*here, "baseline"), "has no survey behind it, and so no uncertainty that anybody knows"
        if any(reading.period in {"tertial", "month"} for reading in target.readings):
            yield (*here, "readings"), "a yearly survey tells nothing of a tertial or a month"
        yield from _unknown((*here, "outcome"), [str(target.outcome)], outcomes, "outcome")
        yield from _unknown((*here, "area"), [target.area] if target.area else [], places, "place")


def _source_faults(agreement: Agreement) -> Iterator[Fault]:
    offices = {office.id for office in agreement.offices}
    place_names = _place_names(agreement)
    for position, source in enumerate(agreement.sources):
        path: Path = ("sources", position)
        yield from _unknown((*path, "provider"), [source.provider], offices, "office")
        users = {activity.id for activity in agreement.activities if source.id in activity.sources}
        for kind, key in indicator_keys(source.contract).items():
            if not _names_indicator(agreement, key):
                yield (*path, "contract"), f"{kind!r} means '{key}', which is no indicator here"
            elif key.split("/")[0] not in users:
                yield (*path, "contract"), f"the activity of '{key}' does not name the source {source.id!r}"
        if source.contract.grain not in {"row", source.cadence}:
            yield (*path, "cadence"), f"must equal the contract's grain, {source.contract.grain!r}"
        yield from contract_faults((*path, "contract"), source, place_names)
        yield from _survey_faults(path, source, agreement)
        others = {item.id for item in agreement.sources} - {source.id}
        yield from _unknown(
            (*path, "taken_over_by"), [source.taken_over_by] if source.taken_over_by else [], others, "other source"
        )
        yield from silence_faults(path, source, agreement)
        try:
            resolve_contract(agreement, source)
        except ValidationError as error:
            yield (*path, "contract", "columns"), error.errors()[0]["msg"]


def _survey_faults(path: Path, source: Source, agreement: Agreement) -> Iterator[Fault]:
    contract = source.contract
    if isinstance(contract, AnswersContract) and contract.volume is not None:
        yield (*path, "contract", "volume"), "how many have answered is no row count to bound; leave it out"
    if isinstance(contract, SurveyContract) and contract.design_effect is not None and not contract.says_why:
        yield (*path, "contract", "design_effect"), "say where it is stated in design_effect_url, or why it holds"
    if isinstance(contract, AnswersContract) and contract.whole_area is not None:
        places = {place.id for place in agreement.places}
        yield from _unknown((*path, "contract", "whole_area"), [contract.whole_area], places, "place")


def _outcome_faults(agreement: Agreement) -> Iterator[Fault]:
    promises = {promise.id for promise in agreement.promises}
    surveys = {s.id: survey_questions(s.contract) for s in agreement.sources if survey_questions(s.contract)}
    for position, outcome in enumerate(agreement.outcomes):
        path: Path = ("outcomes", position)
        yield from _unknown((*path, "promises"), outcome.promises, promises, "promise")
        yield from _said_twice((*path, "promises"), outcome.promises)
        yield from _unknown((*path, "source"), [outcome.source], set(surveys), "survey source")
        if outcome.source in surveys and outcome.question_id not in surveys[outcome.source]:
            yield (*path, "question_id"), f"the source asks no question {outcome.question_id!r}"


def _unknown(path: Path, used: list[str], known: set[str], what: str) -> Iterator[Fault]:
    for identifier in used:
        if identifier not in known:
            yield path, f"there is no {what} {identifier!r} (known: {', '.join(sorted(known)) or 'none'})"


def _said_twice(path: Path, ids: list[str]) -> Iterator[Fault]:
    for identifier, count in Counter(ids).items():
        if count > 1:
            yield path, f"{identifier!r} is named twice"


def _names_indicator(agreement: Agreement, key: str) -> bool:
    activity_id, indicator_id = key.split("/")
    return any(
        indicator.id == indicator_id
        for activity in agreement.activities
        if activity.id == activity_id
        for indicator in activity.indicators
    )
