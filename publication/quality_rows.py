"""Rows of `quality`: what each indicator's numbers are worth, from the agreement and from what has been delivered."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from methods.delivered import is_replaced_by
from methods.figure import Figure
from methods.periods import DuePeriod
from publication.delivery_rows import is_late
from schemas.agreement import Activity, Agreement, Indicator, Outcome, Source, finality_of
from schemas.contract import indicator_keys
from schemas.delivery import Load, Receipt
from schemas.target import DirectionTarget

Row = dict[str, Any]
_SHARE_PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class Received:
    """What has come for an agreement: deliveries, oldest first, what was due, and the published rows about both."""

    deliveries: list[tuple[Receipt, Load]]
    due: dict[str, list[DuePeriod]]
    delivery_rows: list[Row]
    as_of_month: str

    def count_late(self, sources: list[Source]) -> int:
        """Count the deliveries of sources that came after their day, also those that have been corrected since."""
        rows = (row for source in sources for row in _rows_of(source, self))
        return sum(is_late(row["delivery_id"], row["received_on"], row["due_on"]) for row in rows)

    def count_corrected(self, sources: list[Source]) -> int:
        """Count the deliveries of sources that came again, or that an office has corrected."""
        return sum(row["state"] == "corrected" for source in sources for row in _rows_of(source, self))

    def due_by_now(self, source: Source) -> list[DuePeriod]:
        """List what a source should have delivered for by the as-of month."""
        return [item for item in self.due[source.id] if item.last_month <= self.as_of_month]

    def has_come(self, item: DuePeriod, source: Source) -> bool:
        """Tell whether one delivery covers a due period."""
        own = (receipt for receipt, _ in self.deliveries if receipt.source_id == source.id)
        return any(r.covers_from <= item.first_month and item.last_month <= r.covers_to for r in own)


def quality_rows(agreement: Agreement, figures: list[Figure], received: Received) -> list[Row]:
    """Make a row for each indicator and each survey outcome.

    Args:
        agreement: the agreement.
        figures: protected figures.
        received: what has come.
    """
    rows = [
        _indicator_row(agreement, activity, indicator, figures, received)
        for activity in agreement.activities
        for indicator in activity.indicators
    ]
    return rows + [_outcome_row(agreement, outcome, received) for outcome in agreement.outcomes]


def _indicator_row(
    agreement: Agreement, activity: Activity, indicator: Indicator, figures: list[Figure], received: Received
) -> Row:
    outcome = _outcome_of(agreement, activity, indicator)
    sources = [agreement.source(outcome.source)] if outcome else agreement.sources_of(activity, indicator)
    whole = _whole_term(figures, activity, indicator)
    return {
        **_common(agreement, sources, received),
        "quality_id": f"{activity.id}/{indicator.id}",
        "of_activity_id": activity.id,
        "indicator_id": indicator.id,
        "is_example": whole.is_example,
        "indicator_label_sv": indicator.label_sv,
        "definition_sv": indicator.definition_sv,
        "unit": indicator.unit,
        "measured_by": "survey" if outcome else activity.counted_by if sources else None,
        "deliveries_due": whole.deliveries_due,
        "deliveries_received": whole.deliveries_received,
        "covered_until_on": whole.covered_until_on,
        "indicator_series_id": indicator.series_id,
        "is_comparable": indicator.is_comparable,
        "comparability_sv": indicator.comparability_sv,
        "known_faults_sv": " ".join(indicator.known_faults_sv) or None,
    }


def _outcome_row(agreement: Agreement, outcome: Outcome, received: Received) -> Row:
    source = agreement.source(outcome.source)
    due = received.due_by_now(source)
    return {
        **_common(agreement, [source], received),
        "quality_id": outcome.id,
        "of_activity_id": None,
        "indicator_id": outcome.id,
        "is_example": source.is_example or any(row["is_example"] for row in _rows_of(source, received)),
        "indicator_label_sv": outcome.label_sv,
        "definition_sv": outcome.question_sv,
        "unit": "andel",
        "measured_by": "survey",
        "deliveries_due": len(due),
        "deliveries_received": sum(received.has_come(item, source) for item in due),
        "covered_until_on": None,
        "indicator_series_id": None,
        "is_comparable": None,
        "comparability_sv": None,
        "known_faults_sv": None,
    }


def _common(agreement: Agreement, sources: list[Source], received: Received) -> Row:
    offices = {office.id: office.name_sv for office in agreement.offices}
    loads = [load for source in sources for load in _counting_loads(source, received.deliveries)]
    set_aside = sum(load.set_aside_rows for load in loads)
    is_told = not any(_is_about_persons(agreement, source) for source in sources)
    return {
        "agreement_id": agreement.id,
        "providers_sv": ", ".join(dict.fromkeys(offices[source.provider] for source in sources)) or None,
        "late_deliveries_count": received.count_late(sources),
        "corrected_deliveries_count": received.count_corrected(sources),
        "set_aside_share": _share_of_rows(set_aside, loads) if is_told else None,
        "finality": finality_of(sources),
        "is_read_in_full": not set_aside if loads else None,
    }


def _rows_of(source: Source, received: Received) -> list[Row]:
    return [row for row in received.delivery_rows if row["source_id"] == source.id]


def _whole_term(figures: list[Figure], activity: Activity, indicator: Indicator) -> Figure:
    """Return the figure of the whole term, as the last extension leaves it, that no target is about."""
    found = [f for f in figures if f.activity.id == activity.id and f.indicator and f.indicator.id == indicator.id]
    return [figure for figure in found if figure.reading is None and figure.period.type == "agreement"][-1]


def _outcome_of(agreement: Agreement, activity: Activity, indicator: Indicator) -> Outcome | None:
    """Return the outcome whose survey measures an indicator, if one does."""
    named = {t.outcome for t in activity.targets if isinstance(t, DirectionTarget) and t.indicator == indicator.id}
    return next((outcome for outcome in agreement.outcomes if outcome.id in named), None)


def _counting_loads(source: Source, deliveries: list[tuple[Receipt, Load]]) -> Iterator[Load]:
    """Yield how the deliveries of a source were read that count, beside those received after them."""
    own = [(receipt, load) for receipt, load in deliveries if receipt.source_id == source.id]
    for place, (receipt, load) in enumerate(own, start=1):
        if not is_replaced_by([later for later, _ in own[place:]], receipt, source.replaced_by):
            yield load


def _share_of_rows(count: int, loads: list[Load]) -> Decimal | None:
    """Return what share of the rows of loads a count is, rounded up: one of a million is not none."""
    rows = sum(load.accepted_rows + load.set_aside_rows for load in loads)
    return (Decimal(count) / rows).quantize(_SHARE_PLACES, ROUND_CEILING) if rows else None


def _is_about_persons(agreement: Agreement, source: Source) -> bool:
    """Tell whether any row of a source could be about a person or a single establishment.

    How many rows of such a source there are is not told, and a share of few rows would tell it.
    """
    units = {
        f"{activity.id}/{indicator.id}": indicator.disclosure_unit
        for activity in agreement.activities
        for indicator in activity.indicators
    }
    counted = {units[key] for key in indicator_keys(source.contract).values()}
    return counted != {"occasion"}
