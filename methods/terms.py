"""An agreement's time in force, as first agreed and as later decisions have moved its end, and its periods.

A period's id always means the days that it meant in the term in which it first stood. Where an extension moves the end
of a period, the longer one stands beside it under an id of its own, `2024-A1` after the first amendment: what was first
agreed is still rated, and a citation never changes what it says. An agreement that ends early has no periods but those
first agreed; what nobody will report is said so.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from methods.months import add_months, first_day, month_of
from methods.periods import DuePeriod, Period, Term, calendar_periods, due_periods, whole_term, years_from_signing
from methods.rhythm import weeks_due, weeks_of
from schemas.agreement import Agreement, Source
from schemas.amendment import Amendment
from schemas.target import Reading, RhythmTarget


def term_of(agreement: Agreement) -> Term:
    """Return an agreement's time in force as first agreed."""
    return Term(agreement.starts_on, agreement.is_start_assumed, agreement.ends_on, agreement.signed_on)


def term_around(agreement: Agreement, period: Period) -> Term:
    """Return the first term that a period lies in."""
    terms = [term_of(agreement), *(term for _, _, term in _extensions(agreement))]
    return next((term for term in terms if period.end_on is None or period.end_on <= term.ends_on), terms[-1])


def early_end(agreement: Agreement) -> Amendment | None:
    """Return the amendment that ended an agreement before its last day, if one has."""
    ends = [item for item in agreement.amendments if item.is_end and item.effective_on <= agreement.longest_ends_on]
    return min(ends, key=lambda item: item.effective_on, default=None)


def calendar_periods_of(agreement: Agreement) -> list[Period]:
    """List every month, tertial, year and whole term that figures are made for."""
    return _in_all_terms(agreement, calendar_periods)


def periods_of(agreement: Agreement) -> list[Period]:
    """List every period that a figure of the agreement can be about."""
    return [*calendar_periods_of(agreement), *_in_all_terms(agreement, years_from_signing)]


def own_periods(agreement: Agreement, reading: Reading) -> list[Period]:
    """List the periods that a target is rated in under one reading."""
    if reading.period == "year_from_signing":
        return _in_all_terms(agreement, years_from_signing)
    if reading.period == "agreement":
        return _in_all_terms(agreement, lambda term: [whole_term(term)])
    kind = "year" if reading.period == "calendar_year" else reading.period
    return [period for period in calendar_periods_of(agreement) if period.type == kind]


def beats_due(agreement: Agreement, target: RhythmTarget, period: Period) -> list[Period]:
    """List the weeks, months or tertials in which something is due in a period: only whole ones, by their days.

    One that an extension made whole is counted under an id of its own, so the id of its days is looked for.
    """
    if target.every == "week":
        return weeks_due(period, term_around(agreement, period))
    whole = (item for item in calendar_periods_of(agreement) if item.type == target.every and not item.is_clipped)
    return [item for item in whole if item.is_inside(period)]


def counted_beats(agreement: Agreement) -> list[Period]:
    """List the weeks that must be counted one by one, beside the periods; none unless a rhythm is weekly."""
    targets = [target for activity in agreement.activities for target in activity.targets]
    is_weekly = any(isinstance(target, RhythmTarget) and target.every == "week" for target in targets)
    return weeks_of(_until(agreement, agreement.longest_ends_on)) if is_weekly else []


def due_of(agreement: Agreement, source: Source) -> list[DuePeriod]:
    """List what a source should deliver; after an extension the rest of it, after an early end nothing more."""
    due: list[DuePeriod] = []
    for _, _, term in [(0, None, term_of(agreement)), *_extensions(agreement)]:
        start = first_day(add_months(due[-1].last_month, 1)) if due else term.starts_on
        if start <= term.ends_on:
            due += due_periods(replace(term, starts_on=start), source.cadence, source.due_day)
    last = month_of(agreement.in_force_until_on)
    asked = (_cut(item, last) for item in due if item.first_month <= last)
    return [part for item in asked for part in _parts(item, source)]


def accepted_months_of(agreement: Agreement, source: Source) -> set[tuple[str, str]]:
    """Return the first and last months that one total may be about: also a whole one that a decision cut in two.

    They overlap, so a part may come after the whole, or the other way round: the one received last counts, and of the
    other nothing (sql/current_load_month.sql).
    """
    longest = _until(agreement, agreement.longest_ends_on)
    whole = [*due_periods(term_of(agreement), source.cadence, None), *due_periods(longest, source.cadence, None)]
    accepted = {(item.first_month, item.last_month) for item in [*due_of(agreement, source), *whole]}
    return {(first, last) for first, last in accepted if source.reports_about(first) and source.reports_about(last)}


def _parts(due: DuePeriod, source: Source) -> list[DuePeriod]:
    """Divide a due period into the runs of months that the source reports about."""
    parts: list[list[str]] = []
    for month in due.months():
        if not source.reports_about(month):
            continue
        if parts and add_months(parts[-1][-1], 1) == month:
            parts[-1].append(month)
        else:
            parts.append([month])
    return [replace(due, id=f"{part[0]}/{part[-1]}", first_month=part[0], last_month=part[-1]) for part in parts]


def silent_of(agreement: Agreement, source: Source) -> list[DuePeriod]:
    """List the months that would have been due had the source not ended, paused or begun later."""
    always = source.model_copy(update={"started_on": None, "ended_on": None, "pauses": []})
    return [
        replace(item, id=month, first_month=month, last_month=month)
        for item in due_of(agreement, always)
        for month in item.months()
        if source.silence(month) in {"ended", "paused"}
    ]


def _cut(due: DuePeriod, last_month: str) -> DuePeriod:
    if due.last_month <= last_month:
        return due
    # What falls due earlier is not asked for earlier: the day stays.
    return replace(due, id=f"{due.first_month}/{last_month}", last_month=last_month)


def _until(agreement: Agreement, ends_on: date) -> Term:
    return replace(term_of(agreement), ends_on=ends_on)


def _extensions(agreement: Agreement) -> list[tuple[int, Amendment, Term]]:
    """List each extension with its number among the amendments, and the term that it gave."""
    return [
        (number, amendment, _until(agreement, amendment.ends_on))
        for number, amendment in enumerate(agreement.amendments, start=1)
        if amendment.ends_on is not None
    ]


def _in_all_terms(agreement: Agreement, periods_in: Callable[[Term], list[Period]]) -> list[Period]:
    """List the periods of the first term, then those that each extension adds or makes longer."""
    periods = periods_in(term_of(agreement))
    newest = {period.id: period for period in periods}
    for number, amendment, term in _extensions(agreement):
        for period in periods_in(term):
            before = newest.get(period.id)
            newest[period.id] = period
            if before is None:
                periods.append(period)
            elif before.end_on != period.end_on:
                periods.append(_longer(period, number, amendment))
    return periods


def _longer(period: Period, number: int, amendment: Amendment) -> Period:
    return replace(
        period,
        id=f"{period.id}-A{number}",
        label_sv=f"{period.label_sv} med förlängning A{number}",
        amendment_id=amendment.id,
    )
