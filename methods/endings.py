"""What will never be reported of a period: after an agreement's early end, and where sources have ended or paused."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from methods.coverage import Coverage
from methods.handover import answerable
from methods.months import month_of
from methods.periods import Period
from methods.terms import early_end
from schemas.agreement import Agreement, Source
from schemas.amendment import Amendment


@dataclass(frozen=True)
class Endings:
    """An agreement's early end, if it has one, and the silences of a figure's sources.

    `by_count` holds the sources of each count that the figure rests on: one hands over to another within it.
    """

    agreement: Agreement
    by_count: list[list[Source]]

    @property
    def end(self) -> Amendment | None:
        """The amendment that ended the agreement before its last day."""
        return early_end(self.agreement)

    @property
    def last_month(self) -> str:
        """The last month that anything is due for."""
        return month_of(self.agreement.in_force_until_on)

    def ended_on(self, period: Period) -> date | None:
        """Return the day from which the agreement was no longer in force, inside a period."""
        return self.ended_by(period.end_on)

    def ended_by(self, day: date | None) -> date | None:
        """Return the day from which the agreement was no longer in force, where that is no later than another day."""
        is_by_then = self.end is not None and day is not None and self.end.effective_on <= day
        return self.end.effective_on if self.end is not None and is_by_then else None

    def rule_of_the_end(self, period: Period) -> str | None:
        """Return the rule by which a period is told no more of, where the agreement ended inside it."""
        return f"agreement_{self.end.kind}" if self.end is not None and self.ended_on(period) else None

    def is_cut_short(self, period: Period) -> bool:
        """Tell whether months of a period were no longer due, as the agreement had ended."""
        return period.end_on is not None and bool(self.ended_on(period)) and self.last_month < month_of(period.end_on)

    def is_over(self, period: Period, as_of_on: date) -> bool:
        """Tell whether a period has ended by a day, or the agreement has before it."""
        if period.end_on is None:
            return False
        last_on = self.agreement.in_force_until_on if self.ended_on(period) else period.end_on
        return last_on <= as_of_on

    def why_no_more(self, period: Period, coverage: Coverage) -> str | None:
        """Return the rule by which nothing more will come, once all that is due has."""
        is_due = {month for month in period.months() if month <= self.last_month}
        if is_due & coverage.owed:
            return None
        if rule := self.rule_of_the_end(period):
            return rule
        missing = is_due - coverage.months
        kinds = {found.silence(month) for month in missing for found in self._answering(month)}
        return next((f"source_{kind}" for kind in ("ended", "paused", "not_begun") if kind in kinds), None)

    def silent_sources(self, period: Period, coverage: Coverage) -> tuple[Source, ...]:
        """List the sources that report nothing about some month of a period that is therefore missing."""
        months = coverage.never_due.intersection(period.months()) - coverage.months
        silent = {found.id for month in months for found in self._answering(month) if found.silence(month)}
        listed = {source.id: source for sources in self.by_count for source in sources}
        return tuple(source for source in listed.values() if source.id in silent)

    def _answering(self, month: str) -> Iterator[Source]:
        """Yield who answers for a month in the place of each source."""
        for sources in self.by_count:
            for source in sources:
                yield answerable(source, month, sources)
