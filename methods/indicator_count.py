"""What has been counted of one indicator in a period, under one target or none: coverage, actual, outlook."""

from decimal import Decimal

from methods.actual import Actual, actual_of
from methods.counted import Counted
from methods.coverage import Coverage, Extent
from methods.earlier_years import YearCount
from methods.forecast import Outlook, outlook
from methods.handover import is_taken_over
from methods.pace import pace_of
from methods.periods import Period
from methods.rhythm import beats_met
from methods.share import share_of
from methods.status import REPORTED_SHARE_MIN
from methods.tally import Tally, tally_of
from methods.terms import beats_due, calendar_periods_of
from schemas.agreement import Activity, Agreement, Indicator, Source
from schemas.contract import OccasionContract
from schemas.target import CountTarget, MilestoneTarget, RhythmTarget, ShareTarget, Target


class IndicatorCount:
    """One indicator of an activity, or an activity that has none, in what the warehouse has counted."""

    def __init__(self, agreement: Agreement, activity: Activity, indicator: Indicator | None, counted: Counted) -> None:
        self._agreement = agreement
        self._activity = activity
        self._indicator = indicator
        self._counted = counted

    def coverage(self, period: Period, target: Target | None) -> Coverage:
        """Return what has been delivered; for a share, of both counts."""
        indicators = [self._indicator.id if self._indicator else ""]
        if isinstance(target, ShareTarget):
            indicators.append(target.of_indicator)
        return self._coverage_of(period, indicators)

    def actual(
        self, period: Period, target: Target | None, places: tuple[str, ...], coverage: Coverage
    ) -> Actual | None:
        """Return the actual; None where nothing has come, or nothing that can be counted so.

        A milestone has none: it is done or not, whatever is counted of its indicator, which may be about persons.
        Late rows say what has been done at least, also in a period that nothing has been delivered for; of a share they
        say nothing. A share has both counts of the same months, or it is none yet.
        """
        if self._indicator is None or isinstance(target, MilestoneTarget) or self.lacks_property(target):
            return None
        tally = tally_of(self._activity, self._indicator.id, target, places)
        if not coverage.is_received and (isinstance(target, ShareTarget) or not self._was_done(tally, period.id)):
            return None
        if isinstance(target, RhythmTarget):
            beats = beats_due(self._agreement, target, period)
            return beats_met(beats, self._reported_of, self._counted.as_of_on)
        actual = actual_of(self._counted.sums[tally.id, period.id], bool(coverage.missing), coverage.is_complete)
        if not isinstance(target, ShareTarget):
            return actual
        if not self._are_of_the_same_months(period, self._indicator.id, target.of_indicator):
            return None
        whole = self._counted.sums[Tally(self._activity.id, target.of_indicator).id, period.id]
        return share_of(actual, actual_of(whole, bool(coverage.missing), coverage.is_complete))

    def lacks_property(self, target: Target | None) -> bool:
        """Tell whether no source delivers the property that a unit must have to be counted."""
        if not isinstance(target, CountTarget) or target.qualification is None:
            return False
        return not any(
            isinstance(source.contract, OccasionContract) and source.contract.columns.duration_minutes
            for source in self._agreement.sources_of(self._activity, self._indicator)
        )

    def target_number(self, period: Period, target: Target | None) -> Decimal | None:
        """Return what the actual is compared with: of a rhythm, how many are due."""
        if isinstance(target, RhythmTarget):
            return Decimal(len(beats_due(self._agreement, target, period)))
        return target.number if target else None

    def outlook(
        self, coverage: Coverage, actual: Actual | None, target: Target | None, places: tuple[str, ...]
    ) -> Outlook | None:
        """Calculate only where a pace may be said: counted exactly, without a gap, for long enough or from before."""
        if not isinstance(target, CountTarget) or target.comparison != "at_least" or self._indicator is None:
            return None
        if self._indicator.quantity != "count" or coverage.is_complete or coverage.has_gap or coverage.never_due:
            return None
        if (actual is not None and not actual.is_exact_so_far) or self.lacks_property(target):
            return None
        start_on, end_on = coverage.period.start_on, coverage.period.end_on
        if start_on is None or end_on is None or end_on > self._agreement.in_force_until_on:
            return None
        if not start_on <= self._counted.as_of_on < end_on:
            return None
        pace = pace_of(self._indicator, coverage, self._years_before(coverage.period, target, places))
        if pace.prior_periods == 0 and coverage.reported_share < REPORTED_SHARE_MIN:
            return None
        return outlook(int(actual.low) if actual else 0, pace, int(target.value))

    def _years_before(self, period: Period, target: CountTarget, places: tuple[str, ...]) -> list[YearCount]:
        """List the whole years before a period whose months are all known exactly, oldest first.

        Declared years are of all that is counted, so what is counted in some places, or lasts long enough, has none.
        """
        if period.start_on is None or self._indicator is None:
            return []
        is_whole = not places and target.qualification is None
        declared = [YearCount(year.year, tuple(year.months)) for year in self._indicator.earlier_years]
        months = {p.id: p for p in calendar_periods_of(self._agreement) if p.type == "month" and not p.is_clipped}
        delivered = []
        for year in range(self._agreement.starts_on.year, period.start_on.year):
            counts = [self._exact(months.get(f"{year}-{month:02d}"), target, places) for month in range(1, 13)]
            known = tuple(count for count in counts if count is not None)
            if len(known) == len(counts):
                delivered.append(YearCount(year, known))
        return [*(declared if is_whole else []), *delivered]

    def _exact(self, month: Period | None, target: CountTarget, places: tuple[str, ...]) -> int | None:
        """Return the count of a month that has been delivered and is counted exactly."""
        if month is None:
            return None
        coverage = self.coverage(month, target)
        actual = self.actual(month, target, places, coverage)
        return int(actual.low) if actual and coverage.is_complete and actual.qualifier == "exact" else None

    def _coverage_of(self, period: Period, indicators: list[str]) -> Coverage:
        delivered = self._delivered(period, indicators)
        silent, taken_over = self._not_due(period, indicators), self._taken_over(period, indicators)
        return Coverage(period, delivered, self._counted.as_of_month, silent, taken_over)

    def _delivered(self, period: Period, indicators: list[str]) -> dict[str, frozenset[str]]:
        delivered: dict[str, set[str]] = {}
        for indicator_id in indicators:
            for source in self._sources_of(indicator_id):
                delivered[self._share_of_sum(indicator_id, source.id)] = set()
            for extent in self._counted.extents.get((self._activity.id, indicator_id), []):
                delivered[self._share_of_sum(indicator_id, extent.source_id)] |= self._told(extent, period)
        return {share: frozenset(months) for share, months in delivered.items()}

    def _are_of_the_same_months(self, period: Period, part: str, whole: str) -> bool:
        """Tell whether two counts can be set against each other: a year's part is no share of half a year's whole."""
        return self._coverage_of(period, [part]).months == self._coverage_of(period, [whole]).months

    def _told(self, extent: Extent, period: Period) -> set[str]:
        """Return the months that an extent tells of; what spans a pause tells nothing of its months."""
        source, months = self._agreement.source(extent.source_id), extent.months_within(period)
        return {month for month in months if source.reports_about(month)} if source.is_year_to_date else months

    def _not_due(self, period: Period, indicators: list[str]) -> dict[str, frozenset[str]]:
        """Return the months that are owed by nobody, by what must have come for a month to be known."""
        silent: dict[str, frozenset[str]] = {}
        for indicator_id in indicators:
            for source in self._sources_of(indicator_id):
                key = self._share_of_sum(indicator_id, source.id)
                months = frozenset(month for month in period.months() if not source.reports_about(month))
                silent[key] = silent.get(key, months) & months
        return silent

    def _taken_over(self, period: Period, indicators: list[str]) -> dict[str, frozenset[str]]:
        """Return the months that another reports about, by the part of a sum that is silent about them."""
        found: dict[str, frozenset[str]] = {}
        if self._activity.combine == "first":  # whoever reports, reports all of it
            return found
        for indicator_id in indicators:
            sources = self._sources_of(indicator_id)
            for source in sources:
                months = (month for month in period.months() if is_taken_over(source, month, sources))
                found[self._share_of_sum(indicator_id, source.id)] = frozenset(months)
        return found

    def _share_of_sum(self, indicator_id: str, source_id: str) -> str:
        """Name what must have come for a month to be known: each source, or any where the first that came counts."""
        return indicator_id if self._activity.combine == "first" else f"{indicator_id} from {source_id}"

    def _sources_of(self, indicator_id: str) -> list[Source]:
        indicator = next((item for item in self._activity.indicators if item.id == indicator_id), None)
        return self._agreement.sources_of(self._activity, indicator)

    def _reported_of(self, beat: Period) -> Actual | None:
        """Return what was reported for a week, month or tertial by itself, which a longer total does not say."""
        return self.actual(beat, None, (), self.coverage(beat, None))

    def _was_done(self, tally: Tally, period_id: str) -> bool:
        """Tell whether anything has been reported; nothing is where the days of a period are not known."""
        found = self._counted.sums.get((tally.id, period_id))
        return found is not None and found.low > 0
