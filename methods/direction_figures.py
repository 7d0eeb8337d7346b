"""Figures of an outcome that a direction is promised for: its numbers are the survey's, so here it has none."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from methods.actual import Actual
from methods.counted import Counted, SourceFile
from methods.endings import Endings
from methods.figure import Figure
from methods.months import month_of
from methods.periods import DuePeriod, Period
from methods.revision import is_rated
from methods.status import Evidence
from methods.status_direction import rate_direction
from methods.survey import SurveyResult
from schemas.agreement import Activity, Agreement, Indicator, Source
from schemas.target import DirectionTarget, Reading

# The rules for what has not come ask only whether anything has.
_ANY_NUMBER = Actual(Decimal(0), "exact", Decimal(0), None, False)


class DirectionFigures:
    """The figures of one indicator, from the survey that its targets name."""

    def __init__(
        self,
        agreement: Agreement,
        activity: Activity,
        indicator: Indicator,
        counted: Counted,
        due: dict[str, list[DuePeriod]],
    ) -> None:
        self._agreement = agreement
        self._activity = activity
        self._indicator = indicator
        self._counted = counted
        self._due = due

    def without_target(self, period: Period, target: DirectionTarget) -> Figure:
        """Return the figure of a period that no target is about."""
        return self._figure(period, None, None, self._source(target), None)

    def rated(self, period: Period, target: DirectionTarget, reading: Reading) -> Figure:
        """Return the figure of a target in a period."""
        return self._figure(period, target, reading, self._source(target), self._seen(period, target))

    def _figure(
        self,
        period: Period,
        target: DirectionTarget | None,
        reading: Reading | None,
        source: Source,
        seen: SurveyResult | None,
    ) -> Figure:
        expected = self._expected(period, source)
        received = [due for due in expected if self._has_come(due, source)]
        over = [due for due in expected if due.last_month <= self._counted.as_of_month]
        reported = [due for due in received if due.last_month in period.months()]
        seen = None if seen and _is_followed(seen, reported) else seen
        endings = Endings(self._agreement, [[source]])
        evidence = self._evidence(period, source, expected, received, endings, is_told=bool(seen or reported))
        return Figure(
            agreement_id=self._agreement.id,
            activity=self._activity,
            indicator=self._indicator,
            target=target,
            target_number=None,
            reading=reading,
            is_rated=bool(target and reading and is_rated(target, reading, period, self._activity, self._agreement)),
            places=(),
            period=period,
            is_untargeted=False,
            is_example=source.is_example or any(file.is_invented for file in self._files(source)),
            actual=None,
            value_status="not_applicable",
            verdict=rate_direction(target.comparison, evidence, seen) if target else None,
            missing_months=_months_of(period, [due for due in over if due not in received]),
            deliveries_due=len(over) if period.start_on else None,
            deliveries_received=sum(due in received for due in over) if period.start_on else None,
            covered_until_on=None,
            outlook=None,
            searched_on=source.searched_on,
            source_url=None if source.is_example else source.source_url or self._agreement.source_url,
            seen=seen,
            silences=(source,) if any(map(source.silence, period.months())) else (),
            ended_on=endings.ended_on(period),
        )

    def _evidence(
        self,
        period: Period,
        source: Source,
        expected: list[DuePeriod],
        received: list[DuePeriod],
        endings: Endings,
        *,
        is_told: bool,
    ) -> Evidence:
        as_of_on = self._counted.as_of_on
        has_all = len(received) == len(expected)
        days = [due.due_on for due in expected if due.due_on]
        return Evidence(
            has_indicator=True,
            is_withheld=False,
            comparison="none",
            target=None,
            actual=_ANY_NUMBER if is_told else None,
            is_dated=period.start_on is not None,
            is_source_coarser=False,
            is_over=endings.is_over(period, as_of_on),
            is_complete=bool(expected) and has_all and not endings.is_cut_short(period),
            has_gap=False,
            is_clipped=period.is_clipped,
            is_start_assumed=period.is_start_assumed,
            reported_share=Fraction(0),
            reach_probability=None,
            last_due_on=max(days, default=period.end_on),
            as_of_on=as_of_on,
            searched_on=source.searched_on,
            is_known_unread=self._is_known_unread(expected, received, source),
            why_no_more=_why_no_more(period, source, endings) if has_all else None,
        )

    def _source(self, target: DirectionTarget) -> Source:
        outcome = next(item for item in self._agreement.outcomes if item.id == target.outcome)
        return self._agreement.source(outcome.source)

    def _seen(self, period: Period, target: DirectionTarget) -> SurveyResult | None:
        """Return the last survey that closed in a period, of the question and area that a target names."""
        outcome = next(item for item in self._agreement.outcomes if item.id == target.outcome)
        key = (outcome.source, outcome.question_id, target.area)
        found = [
            result
            for result in self._counted.survey
            if (result.source_id, result.question_id, result.area_id) == key and _is_within(result.surveyed_on, period)
        ]
        return max(found, key=lambda result: result.surveyed_on, default=None)

    def _expected(self, period: Period, source: Source) -> list[DuePeriod]:
        """List the deliveries that a period's last survey may come with."""
        months = set(period.months())
        return [due for due in self._due[source.id] if months.intersection(due.months())]

    def _has_come(self, due: DuePeriod, source: Source) -> bool:
        return any(
            file.covers_from <= due.first_month and due.last_month <= file.covers_to for file in self._files(source)
        )

    def _files(self, source: Source) -> list[SourceFile]:
        return [file for file in self._counted.files if file.source_id == source.id]

    def _is_known_unread(self, expected: list[DuePeriod], received: list[DuePeriod], source: Source) -> bool:
        return any(
            report.covers_from <= due.last_month and due.first_month <= report.covers_to
            for due in expected
            if due not in received
            for report in source.known_unread
        )


def _why_no_more(period: Period, source: Source, endings: Endings) -> str | None:
    silences = (f"source_{kind}" for kind in map(source.silence, period.months()) if kind)
    return endings.rule_of_the_end(period) or next(silences, None)


def _is_followed(seen: SurveyResult, reported: list[DuePeriod]) -> bool:
    """Tell whether a later survey has come: an older one says nothing of what that should have said."""
    return bool(reported) and month_of(seen.surveyed_on) < reported[-1].first_month


def _months_of(period: Period, due: list[DuePeriod]) -> list[str]:
    """List the months of a period that deliveries are about."""
    return [month for month in period.months() if any(month in item.months() for item in due)]


def _is_within(day: date, period: Period) -> bool:
    return period.start_on is not None and period.end_on is not None and period.start_on <= day <= period.end_on
