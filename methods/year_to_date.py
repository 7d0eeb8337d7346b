"""Numbers of the year so far: which months a delivery of them is about, and where a year's series begins.

A delivery of rows holds every row of the year until its last month, and replaces those months. A delivery of totals is
for its own month or tertial, and each total in it is of the year until then; what it adds to the one before is counted
by sql/series_difference.sql.
"""

from datetime import date

from methods.months import add_months, first_day, first_of_tertial, month_of, tertial_of
from schemas.agreement import Agreement, Source
from schemas.contract import OccasionContract, ReadableContract
from schemas.errors import FetchError


def is_rows_to_date(source: Source) -> bool:
    """Tell whether each delivery of a source holds every row of the year until then."""
    return source.is_year_to_date and isinstance(source.contract, OccasionContract)


def covered_from(agreement: Agreement, source: Source, name: str, covers_from: str, covers_to: str) -> str:
    """Return the first month that a file covers: with rows of the year so far it is the year's, as far as it reports.

    Args:
        agreement: the agreement.
        source: where the file is from.
        name: the file's.
        covers_from: the first month that its name or what came with it says: of its last period, or of the year.
        covers_to: the last one.

    Raises:
        FetchError: when it is said to hold a part of the year, and so could not replace what came before.
    """
    if not is_rows_to_date(source):
        return covers_from
    first = _first_reported(agreement, source, covers_to[:4])
    if covers_to < first:
        return covers_from
    if covers_from not in {first, f"{covers_to[:4]}-01", covers_to, first_of_tertial(tertial_of(covers_to))}:
        raise FetchError(
            f"{name}: covers {covers_from} to {covers_to}, but its source delivers the year so far, {first} to "
            f"{covers_to}; name its last month or tertial, or all of its months"
        )
    return first


def series_span(readable: ReadableContract, last_month: str) -> dict[str, str | date | None]:
    """Return the columns that say which part of a year a total is of, and where what the next one adds begins.

    A total of the year so far is of January on, or of the source's first month where that is later. An agreement that
    starts within that month clips it; one that starts later leaves in the total what was before it.

    Args:
        readable: the contract it is read by.
        last_month: the last month of its delivery.
    """
    if readable.contract.accumulation != "year_to_date":
        return {"next_from_month": None, "next_from_on": None}
    first = f"{last_month[:4]}-01"
    if readable.reports_from is not None:
        first = max(first, month_of(readable.reports_from))
    is_clipped = month_of(readable.starts_on) == first
    following = add_months(last_month, 1)
    return {
        "covers_from_month": first,
        "covers_from_on": readable.starts_on if is_clipped else first_day(first),
        "next_from_month": following,
        "next_from_on": first_day(following),
    }


def holds_what_was_before(agreement: Agreement, source: Source) -> bool:
    """Tell whether the first total of an agreement cannot be told from what was before it in the same year."""
    if not source.is_year_to_date or is_rows_to_date(source):
        return False
    begins = month_of(source.started_on) if source.started_on else ""
    return max(f"{agreement.starts_on.year}-01", begins) < month_of(agreement.starts_on)


def _first_reported(agreement: Agreement, source: Source, year: str) -> str:
    starts = [agreement.starts_on, *([source.started_on] if source.started_on else [])]
    return max(f"{year}-01", *(month_of(day) for day in starts))
