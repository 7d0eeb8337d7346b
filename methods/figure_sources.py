"""The sources that a figure rests on: those of what is counted, and of a share those of what it is a share of, too."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from methods.counted import Counted, SourceFile
from methods.coverage import Extent
from methods.endings import Endings
from methods.months import first_day, last_day
from methods.periods import DuePeriod, Period, Term
from methods.terms import due_of, term_around
from methods.year_to_date import holds_what_was_before
from schemas.agreement import Activity, Agreement, Indicator, Source
from schemas.target import ShareTarget, Target


@dataclass(frozen=True)
class FigureSources:
    """What is said of the sources that deliver `indicators`; of an activity that counts nothing, None is one."""

    agreement: Agreement
    activity: Activity
    indicators: tuple[Indicator | None, ...]
    counted: Counted

    @classmethod
    def of(
        cls,
        agreement: Agreement,
        activity: Activity,
        indicator: Indicator | None,
        target: Target | None,
        counted: Counted,
    ) -> "FigureSources":
        """Return the sources of an indicator under a target."""
        others = (
            [item for item in activity.indicators if item.id == target.of_indicator]
            if isinstance(target, ShareTarget)
            else []
        )
        return cls(agreement, activity, (indicator, *others), counted)

    @cached_property
    def by_indicator(self) -> list[list[Source]]:
        """The sources of each indicator by itself: one hands over to another only what both deliver."""
        return [self.agreement.sources_of(self.activity, indicator) for indicator in self.indicators]

    @cached_property
    def all(self) -> list[Source]:
        """Each source once."""
        return list({source.id: source for sources in self.by_indicator for source in sources}.values())

    @cached_property
    def endings(self) -> Endings:
        """The agreement's early end, and the silences of the sources."""
        return Endings(self.agreement, self.by_indicator)

    @cached_property
    def due(self) -> list[DuePeriod]:
        """All that should be delivered."""
        return [due for source in self.all for due in due_of(self.agreement, source)]

    @cached_property
    def files(self) -> list[SourceFile]:
        """What has come from them and counts."""
        ids = {source.id for source in self.all}
        return [file for file in self.counted.files if file.source_id in ids]

    def is_example(self, period: Period) -> bool:
        """Tell whether anything that a period's figure rests on is invented."""
        return any(source.is_example for source in self.all) or any(
            file.is_invented for file in self._files_about(period)
        )

    def deliveries(self, period: Period) -> tuple[int | None, int | None]:
        """Count what should by now have been delivered for a period, and what has."""
        if not self.all or period.start_on is None:
            return None, None
        counts = [self.counted.deliveries.get((source.id, period.id), (0, 0)) for source in self.all]
        return sum(due for due, _ in counts), sum(received for _, received in counts)

    def last_due_on(self, period: Period) -> date | None:
        """Return the last due day in a period, or its last day where none is stated."""
        months = set(period.months())
        days = [due.due_on for due in self.due if due.due_on and months.intersection(due.months())]
        return max(days, default=period.end_on)

    @cached_property
    def searched_on(self) -> date | None:
        """The day by which every source had been searched or asked."""
        days = [source.searched_on for source in self.all]
        known = [day for day in days if day is not None]
        return min(known) if known and len(known) == len(days) else None

    def known_unread_url(self, period: Period, covered: frozenset[str]) -> str | None:
        """Return the page of a report that is known to be about a month of a period that is not covered."""
        open_months = [month for month in period.months() if month not in covered]
        for source in self.all:
            for report in source.known_unread:
                if any(report.covers_from <= month <= report.covers_to for month in open_months):
                    return report.url
        return None

    def page_url(self, period: Period) -> str | None:
        """Return the page that says most directly where a period's number is from, if any source has one."""
        pages = [file.source_url for file in self._files_about(period) if file.source_url]
        of_source = [source.source_url for source in self.all if source.source_url]
        unread = self.known_unread_url(period, frozenset())
        return next(iter([*reversed(pages), *([unread] if unread else []), *of_source]), None)

    def tell_of_longer_periods(self, period: Period) -> bool:
        """Tell whether an indicator comes in totals only, none of which could lie inside a period, or does.

        Rows may have come as well, and count for nothing beside the total of a source that goes before theirs.
        """
        pairs = zip(self.indicators, self.by_indicator, strict=True)
        return any(self._is_told_longer(indicator, sources, period) for indicator, sources in pairs)

    def lack_a_total_between(self, period: Period) -> bool:
        """Tell whether a period is in no number of its own because a total of the year so far has not come.

        What was done in it is in the next one that has, so it cannot be said that nothing has been reported.
        """
        return any(source.is_year_to_date for source in self.all) and any(
            self._is_over_a_gap(extent)
            for indicator in self.indicators
            for extent in self._longer_totals_around(indicator, period)
        )

    def _is_told_longer(self, indicator: Indicator | None, sources: list[Source], period: Period) -> bool:
        asked = _reporting_in(period, sources)
        has_rows = any(source.contract.grain == "row" for source in asked)
        if not asked or (has_rows and self.activity.combine != "first"):
            return False
        if any(not self._is_over_a_gap(extent) for extent in self._longer_totals_around(indicator, period)):
            return True
        return not has_rows and not self._could_be_told(asked, period)

    def _longer_totals_around(self, indicator: Indicator | None, period: Period) -> Iterator[Extent]:
        """Yield what counts for a period as part of a longer total only, and so in no number of the period's own."""
        for extent in self.counted.extents.get((self.activity.id, indicator.id if indicator else ""), []):
            is_about = any(extent.first_month <= month <= extent.last_month for month in period.months())
            if is_about and not extent.months_within(period):
                yield extent

    def _is_over_a_gap(self, extent: Extent) -> bool:
        """Tell whether a difference between totals of the year so far is longer than is due, as one has not come."""
        source = self.agreement.source(extent.source_id)
        due = (item for item in due_of(self.agreement, source) if extent.first_month <= item.first_month)
        return source.is_year_to_date and sum(item.last_month <= extent.last_month for item in due) > 1

    def _could_be_told(self, sources: list[Source], period: Period) -> bool:
        term = term_around(self.agreement, period)
        told_apart = (due for source in sources for due in _told_apart(self.agreement, source))
        return any(_lies_inside(due, period, term) for due in told_apart)

    def _files_about(self, period: Period) -> list[SourceFile]:
        months = period.months()
        return [file for file in self.files if any(file.covers_from <= month <= file.covers_to for month in months)]


def _reporting_in(period: Period, sources: list[Source]) -> list[Source]:
    """List who reports about some of a period: rows of one who has handed over tell nothing of the months after."""
    reporting = [source for source in sources if any(map(source.reports_about, period.months()))]
    return reporting or sources


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
