"""All figures of an agreement, from what the warehouse has counted."""

from collections.abc import Iterator
from decimal import Decimal

from methods.actual import Actual
from methods.counted import Counted
from methods.coverage import Coverage
from methods.direction_figures import DirectionFigures
from methods.disclosure import is_withheld
from methods.figure import Figure, ValueStatus
from methods.figure_sources import FigureSources
from methods.forecast import Outlook
from methods.indicator_count import IndicatorCount
from methods.periods import Period
from methods.revision import applies_in, is_rated
from methods.status import Evidence, Verdict, rate
from methods.status_milestone import Milestone, evidence_url, rate_milestone
from methods.tally import place_sets
from methods.terms import calendar_periods_of, due_of, own_periods
from schemas.agreement import Activity, Agreement, Indicator, Place, finality_of
from schemas.target import (
    DirectionTarget,
    MilestoneTarget,
    Reading,
    ShareTarget,
    Target,
    is_surveyed,
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
    return [t for t in activity.targets if is_surveyed(t) and indicator and t.indicator == indicator.id]


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
    periods = [period for period in own_periods(agreement, reading) if applies_in(target, period, agreement)]
    if not isinstance(target, MilestoneTarget) or target.due_on is None:
        return periods
    # One day is due once, however many years the agreement has: else it would be summed up as so many targets.
    # After the term it belongs to the last period; one that an extension made longer stands only beside another.
    agreed = [period for period in periods if period.amendment_id is None]
    due = [period for period in agreed if period.holds(target.due_on)] or agreed[-1:]
    return [period for period in periods if period in due or (period.amendment_id and period.holds(target.due_on))]


class _IndicatorFigures:
    """The figures of one indicator, or of an activity that has none."""

    def __init__(self, agreement: Agreement, activity: Activity, indicator: Indicator | None, counted: Counted) -> None:
        self._agreement = agreement
        self._activity = activity
        self._indicator = indicator
        self._counted = counted
        self._count = IndicatorCount(agreement, activity, indicator, counted)

    def figures(self) -> Iterator[Figure]:
        sources = self._sources(None)
        for period in calendar_periods_of(self._agreement):
            yield self._figure(period, None, None, (), sources)
        for target in self._targets():
            sources = self._sources(target)
            for reading in target.readings:
                for period in _periods_of_target(self._agreement, target, reading):
                    for places in place_sets(target):
                        yield self._figure(period, target, reading, places, sources)

    def _sources(self, target: Target | None) -> FigureSources:
        return FigureSources.of(self._agreement, self._activity, self._indicator, target, self._counted)

    def _targets(self) -> list[Target]:
        return [t for t in self._activity.targets if self._indicator and t.indicator == self._indicator.id]

    def _figure(
        self,
        period: Period,
        target: Target | None,
        reading: Reading | None,
        places: tuple[str, ...],
        sources: FigureSources,
    ) -> Figure:
        coverage = self._count.coverage(period, target)
        actual = self._count.actual(period, target, places, coverage)
        is_told = coverage.is_received or actual is not None
        withheld = self._is_withheld(period, target, places, coverage, is_told=is_told)
        number = self._count.target_number(period, target)
        found_outlook = self._count.outlook(coverage, actual, target, places)
        evidence = self._evidence(period, target, number, coverage, actual, withheld, found_outlook, sources)
        due, received = sources.deliveries(period)
        verdict = self._verdict(evidence, period, target, sources)
        milestone_on = target.due_on if isinstance(target, MilestoneTarget) else None
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
            is_example=sources.is_example(period),
            actual=actual,
            value_status=self._value_status(evidence, coverage, target, sources),
            verdict=verdict,
            missing_months=[month for month in coverage.missing if month <= sources.endings.last_month],
            deliveries_due=due,
            deliveries_received=received,
            covered_until_on=coverage.until_on,
            outlook=found_outlook,
            searched_on=evidence.searched_on,
            source_url=self._source_url(period, target, verdict, sources),
            silences=sources.endings.silent_sources(period, coverage),
            ended_on=sources.endings.ended_by(milestone_on or period.end_on),
            is_preliminary=actual is not None and finality_of(sources.all) == "preliminary",
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
        sources: FigureSources,
    ) -> Evidence:
        as_of_on = self._counted.as_of_on
        return Evidence(
            has_indicator=self._indicator is not None,
            is_withheld=withheld,
            comparison="none" if target is None or isinstance(target, MilestoneTarget) else target.comparison,
            target=number,
            actual=actual,
            is_dated=period.start_on is not None,
            is_source_coarser=sources.tell_of_longer_periods(period),
            lacks_total_between=sources.lack_a_total_between(period),
            is_over=sources.endings.is_over(period, as_of_on),
            is_complete=coverage.is_complete,
            has_gap=coverage.has_gap,
            is_clipped=period.is_clipped,
            is_start_assumed=period.is_start_assumed,
            reported_share=coverage.reported_share,
            pace_share=found_outlook.pace.share if found_outlook else None,
            reach_probability=found_outlook.reach_probability if found_outlook else None,
            last_due_on=sources.last_due_on(period),
            as_of_on=as_of_on,
            searched_on=sources.searched_on,
            is_known_unread=sources.known_unread_url(period, coverage.months) is not None,
            lacks_property=coverage.is_received and self._count.lacks_property(target),
            is_share_undefined=coverage.is_received and isinstance(target, ShareTarget) and actual is None,
            why_no_more=sources.endings.why_no_more(period, coverage),
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

    def _value_status(
        self, evidence: Evidence, coverage: Coverage, target: Target | None, sources: FigureSources
    ) -> ValueStatus:
        if evidence.is_withheld:
            return "suppressed"
        if not evidence.has_indicator or not evidence.is_dated:
            return "not_applicable"
        if evidence.actual is None and (isinstance(target, MilestoneTarget) or self._has_only_milestones()):
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
            return "preliminary" if finality_of(sources.all) == "preliminary" else "observed"
        is_stale = not evidence.has_gap and coverage.is_overdue(sources.due, evidence.as_of_on)
        return "stale" if is_stale else "partial"

    def _verdict(
        self, evidence: Evidence, period: Period, target: Target | None, sources: FigureSources
    ) -> Verdict | None:
        """Rate a targeted indicator in its target's own periods only, anything else in every period."""
        if isinstance(target, MilestoneTarget):
            due_on = target.due_on or period.end_on
            if due_on is None:
                return Verdict("undetermined", "signing_date_unknown")
            known = Milestone(due_on, target.done_on, target.confirmed_undone_on, target.searched_on)
            return rate_milestone(known, evidence.as_of_on, sources.endings.end)
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

    def _source_url(
        self, period: Period, target: Target | None, verdict: Verdict | None, sources: FigureSources
    ) -> str | None:
        """Return the page that says most directly where the number, or the promise, is from.

        What is invented has no source: a link would lend it somebody's name.
        """
        if sources.is_example(period):
            return None
        evidence = evidence_url(target, verdict) if verdict and isinstance(target, MilestoneTarget) else None
        if evidence is not None:
            return evidence
        if self._indicator and self._indicator.public_elsewhere_url:
            return self._indicator.public_elsewhere_url
        return sources.page_url(period) or self._agreement.source_url
