"""All figures of an agreement, from what the warehouse has counted."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from methods.actual import Actual
from methods.counted import Counted, SourceFile
from methods.coverage import Coverage
from methods.direction_figures import DirectionFigures
from methods.disclosure import is_withheld
from methods.endings import Endings
from methods.figure import Figure, ValueStatus
from methods.forecast import Outlook
from methods.indicator_count import IndicatorCount
from methods.months import first_day, last_day
from methods.periods import DuePeriod, Period, Term
from methods.revision import applies_in, is_rated
from methods.status import Evidence, Verdict, rate
from methods.status_milestone import Milestone, rate_milestone
from methods.tally import place_sets
from methods.terms import calendar_periods_of, due_of, own_periods, term_around
from methods.year_to_date import holds_what_was_before
from schemas.agreement import Activity, Agreement, Indicator, Place, Source, finality_of
from schemas.target import (
    DirectionTarget,
    MilestoneTarget,
    Reading,
    ShareTarget,
    Target,
)


def figures_of(agreement: Agreement, counted: Counted) -> list[Figure]:
    """Make every figure: each calendar period of each indicator, and each reading's own periods."""
    figures: list[Figure] = []
    for activity in agreement.activities:
        indicators: list[Indicator | None] = [*activity.indicators] or [None]
        for indicator in indicators:
            directions = _directions_of(activity, indicator)
            if indicator and directions:
                figures += _direction_figures(agreement, activity, indicator, directions, counted)
                continue
            figures += _IndicatorFigures(agreement, activity, indicator, counted).figures()
    return figures


def _directions_of(activity: Activity, indicator: Indicator | None) -> list[DirectionTarget]:
    return [
        t
        for t in activity.targets
        if isinstance(t, DirectionTarget) and t.is_surveyed and indicator and t.indicator == indicator.id
    ]


def _direction_figures(
    agreement: Agreement, activity: Activity, indicator: Indicator, targets: list[DirectionTarget], counted: Counted
) -> Iterator[Figure]:
    due = {source.id: due_of(agreement, source) for source in agreement.sources}
    found = DirectionFigures(agreement, activity, indicator, counted, due)
    for period in calendar_periods_of(agreement):
        yield found.without_target(period, targets[0])
    for target in targets:
        for reading in target.readings:
            for period in _periods_of_target(agreement, target, reading):
                yield found.rated(period, target, reading)


def _periods_of_target(agreement: Agreement, target: Target, reading: Reading) -> list[Period]:
    return [period for period in own_periods(agreement, reading) if applies_in(target, period, agreement)]


class _IndicatorFigures:
    """The figures of one indicator, or of an activity that has none."""

    def __init__(self, agreement: Agreement, activity: Activity, indicator: Indicator | None, counted: Counted) -> None:
        self._agreement = agreement
        self._activity = activity
        self._indicator = indicator
        self._counted = counted
        self._count = IndicatorCount(agreement, activity, indicator, counted)
        self._sources = agreement.sources_of(activity, indicator)
        self._endings = Endings(agreement, self._sources)
        self._due = [due for source in self._sources for due in due_of(agreement, source)]
        self._told_apart = [due for source in self._sources for due in _told_apart(agreement, source)]

    def figures(self) -> Iterator[Figure]:
        for period in calendar_periods_of(self._agreement):
            yield self._figure(period, None, None, ())
        for target in self._targets():
            for reading in target.readings:
                for period in _periods_of_target(self._agreement, target, reading):
                    for places in place_sets(target):
                        yield self._figure(period, target, reading, places)

    def _targets(self) -> list[Target]:
        return [t for t in self._activity.targets if self._indicator and t.indicator == self._indicator.id]

    def _figure(
        self, period: Period, target: Target | None, reading: Reading | None, places: tuple[str, ...]
    ) -> Figure:
        coverage = self._count.coverage(period, target)
        actual = self._count.actual(period, target, places, coverage)
        is_told = coverage.is_received or actual is not None
        withheld = self._is_withheld(period, target, places, coverage, is_told=is_told)
        number = self._count.target_number(period, target)
        found_outlook = self._count.outlook(coverage, actual, target, places)
        evidence = self._evidence(period, target, number, coverage, actual, withheld, found_outlook)
        due, received = self._deliveries(period)
        return Figure(
            agreement_id=self._agreement.id,
            activity=self._activity,
            indicator=self._indicator,
            target=target,
            target_number=number,
            reading=reading,
            is_rated=self._is_rated(target, reading, period),
            places=tuple(self._place(place) for place in places),
            period=period,
            is_untargeted=self._is_untargeted(),
            is_example=self._is_example(period),
            actual=actual,
            value_status=self._value_status(evidence, coverage),
            verdict=self._verdict(evidence, period, target),
            missing_months=[month for month in coverage.missing if month <= self._endings.last_month],
            deliveries_due=due,
            deliveries_received=received,
            covered_until_on=coverage.until_on,
            outlook=found_outlook,
            searched_on=evidence.searched_on,
            source_url=self._source_url(period),
            silences=self._endings.silent_sources(period, coverage),
            ended_on=self._endings.ended_on(period),
        )

    def _is_rated(self, target: Target | None, reading: Reading | None, period: Period) -> bool:
        if target is None or reading is None:
            return False
        return is_rated(target, reading, period, self._activity, self._agreement)

    def _evidence(
        self,
        period: Period,
        target: Target | None,
        number: Decimal | None,
        coverage: Coverage,
        actual: Actual | None,
        withheld: bool,
        found_outlook: Outlook | None,
    ) -> Evidence:
        as_of_on = self._counted.as_of_on
        return Evidence(
            has_indicator=self._indicator is not None,
            is_withheld=withheld,
            comparison="none" if target is None or isinstance(target, MilestoneTarget) else target.comparison,
            target=number,
            actual=actual,
            is_dated=period.start_on is not None,
            is_source_coarser=self._is_source_coarser(period),
            is_over=self._endings.is_over(period, as_of_on),
            is_complete=coverage.is_complete,
            has_gap=coverage.has_gap,
            is_clipped=period.is_clipped,
            is_start_assumed=period.is_start_assumed,
            reported_share=coverage.reported_share,
            pace_share=found_outlook.pace.share if found_outlook else None,
            reach_probability=found_outlook.reach_probability if found_outlook else None,
            last_due_on=self._last_due_on(period),
            as_of_on=as_of_on,
            searched_on=self._searched_on(),
            is_known_unread=self._known_unread_url(period, coverage.months) is not None,
            lacks_property=coverage.is_received and self._count.lacks_property(target),
            is_share_undefined=coverage.is_received and isinstance(target, ShareTarget) and actual is None,
            why_no_more=self._endings.why_no_more(period, coverage),
        )

    def _place(self, place_id: str) -> Place:
        return next(place for place in self._agreement.places if place.id == place_id)

    def _is_withheld(
        self, period: Period, target: Target | None, places: tuple[str, ...], coverage: Coverage, *, is_told: bool
    ) -> bool:
        """Tell whether a number must not be published; a milestone has none, a share rests on two."""
        if self._indicator is None or isinstance(target, MilestoneTarget):
            return False
        indicators = [self._indicator]
        if isinstance(target, ShareTarget):
            indicators += [item for item in self._activity.indicators if item.id == target.of_indicator]
        return any(
            is_withheld(
                indicator.disclosure_unit or "undeclared",
                public_elsewhere=indicator.public_elsewhere,
                period_type=period.type,
                is_clipped=period.is_clipped,
                is_complete=coverage.is_complete,
                is_received=is_told,
                is_by_place=bool(places),
            )
            for indicator in indicators
        )

    def _value_status(self, evidence: Evidence, coverage: Coverage) -> ValueStatus:
        if evidence.is_withheld:
            return "suppressed"
        if not evidence.has_indicator or not evidence.is_dated or self._has_only_milestones():
            return "not_applicable"
        start = coverage.period.start_on
        if start is not None and start > evidence.as_of_on:
            return "not_applicable"
        if evidence.actual is None and start is not None and start > self._agreement.in_force_until_on:
            return "not_applicable"
        if evidence.actual is None:
            return "not_applicable" if evidence.is_source_coarser else "missing"
        if evidence.is_over:
            if not evidence.is_complete:
                return "partial"
            return "preliminary" if finality_of(self._sources) == "preliminary" else "observed"
        is_stale = not evidence.has_gap and coverage.is_overdue(self._due, evidence.as_of_on)
        return "stale" if is_stale else "partial"

    def _verdict(self, evidence: Evidence, period: Period, target: Target | None) -> Verdict | None:
        """Rate a targeted indicator in its target's own periods only, anything else in every period."""
        if isinstance(target, MilestoneTarget) and period.end_on is not None:
            known = Milestone(
                target.due_on or period.end_on, target.done_on, target.confirmed_undone_on, target.searched_on
            )
            return rate_milestone(known, evidence.as_of_on, self._endings.end)
        if target is None and not evidence.is_withheld:
            has_no_number_here = evidence.is_source_coarser and evidence.actual is None
            if has_no_number_here or not self._is_untargeted():
                return None
        return rate(evidence)

    def _is_untargeted(self) -> bool:
        return not self._targets()

    def _has_only_milestones(self) -> bool:
        targets = self._targets()
        return bool(targets) and all(isinstance(target, MilestoneTarget) for target in targets)

    def _is_source_coarser(self, period: Period) -> bool:
        """Tell whether the sources report totals only, none of which could lie inside this period, or does.

        Rows may have come as well, and count for nothing beside the total of a source that goes before theirs.
        """
        has_rows = any(source.contract.grain == "row" for source in self._sources)
        if not self._sources or (has_rows and self._activity.combine != "first"):
            return False
        if self._count.is_within_a_longer_total(period):
            return True
        if has_rows:
            return False
        return not any(_lies_inside(due, period, term_around(self._agreement, period)) for due in self._told_apart)

    def _is_example(self, period: Period) -> bool:
        months = set(period.months())
        return any(source.is_example for source in self._sources) or any(
            file.is_invented and any(file.covers_from <= month <= file.covers_to for month in months)
            for file in self._files()
        )

    def _files(self) -> list[SourceFile]:
        ids = {source.id for source in self._sources}
        return [file for file in self._counted.files if file.source_id in ids]

    def _deliveries(self, period: Period) -> tuple[int | None, int | None]:
        if not self._sources or period.start_on is None:
            return None, None
        counts = [self._counted.deliveries.get((source.id, period.id), (0, 0)) for source in self._sources]
        return sum(due for due, _ in counts), sum(received for _, received in counts)

    def _last_due_on(self, period: Period) -> date | None:
        months = set(period.months())
        days = [due.due_on for due in self._due if due.due_on and months.intersection(due.months())]
        return max(days, default=period.end_on)

    def _searched_on(self) -> date | None:
        """Return the day by which every source had been searched or asked."""
        days = [source.searched_on for source in self._sources]
        known = [day for day in days if day is not None]
        return min(known) if known and len(known) == len(days) else None

    def _known_unread_url(self, period: Period, covered: frozenset[str]) -> str | None:
        open_months = [month for month in period.months() if month not in covered]
        for source in self._sources:
            for report in source.known_unread:
                if any(report.covers_from <= month <= report.covers_to for month in open_months):
                    return report.url
        return None

    def _source_url(self, period: Period) -> str | None:
        """Return the page that says most directly where the number, or the promise, is from.

        What is invented has no source: a link would lend it somebody's name.
        """
        if self._is_example(period):
            return None
        if self._indicator and self._indicator.public_elsewhere_url:
            return self._indicator.public_elsewhere_url
        months = period.months()
        pages = [
            file.source_url
            for file in self._files()
            if file.source_url and any(file.covers_from <= month <= file.covers_to for month in months)
        ]
        of_source = [source.source_url for source in self._sources if source.source_url]
        unread = self._known_unread_url(period, frozenset())
        candidates = [*reversed(pages), *([unread] if unread else []), *of_source]
        return candidates[0] if candidates else self._agreement.source_url


def _told_apart(agreement: Agreement, source: Source) -> list[DuePeriod]:
    """List what is due of which a number of its own follows: not where a total holds what was before the agreement."""
    due = due_of(agreement, source)
    return due[1:] if holds_what_was_before(agreement, source) else due


def _lies_inside(due: DuePeriod, period: Period, term: Term) -> bool:
    if period.start_on is None or period.end_on is None:
        return False
    starts_on = max(first_day(due.first_month), term.starts_on)
    ends_on = min(last_day(due.last_month), term.ends_on)
    return period.start_on <= starts_on <= ends_on <= period.end_on
