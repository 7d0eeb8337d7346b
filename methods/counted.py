"""What the warehouse has counted for an agreement, as figures are made from it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from methods.actual import TermSum
from methods.coverage import Extent
from methods.months import last_day
from methods.survey import SurveyResult

TallyPeriod = tuple[str, str]


@dataclass(frozen=True)
class SourceFile:
    """What is said of a delivery that counts: its months, its page, and whether it is invented."""

    source_id: str
    covers_from: str
    covers_to: str
    source_url: str | None
    is_invented: bool


@dataclass(frozen=True)
class Counted:
    """What the warehouse has counted for an agreement up to the as-of month; sums by tally and period."""

    as_of_month: str
    sums: dict[TallyPeriod, TermSum] = field(default_factory=dict)
    extents: dict[tuple[str, str], list[Extent]] = field(default_factory=lambda: defaultdict(list))
    deliveries: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    files: list[SourceFile] = field(default_factory=list)
    survey: list[SurveyResult] = field(default_factory=list)

    @property
    def as_of_on(self) -> date:
        """Last day of the as-of month."""
        return last_day(self.as_of_month)
