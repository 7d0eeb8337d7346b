"""A publisher's figure as a fact: what every connector of figures needs to say of one."""

from decimal import Decimal
from typing import Any

from schemas.context import Series
from sources.context_rows import RuleBrokenError

_PLACES = Decimal("0.000001")
# What the warehouse has room for before the decimal mark.
_VALUE_MAX = Decimal(10) ** 12


def fact_of(
    series: Series,
    municipality_code: str,
    period: str,
    value: Decimal | int | None,
    value_status: str,
    stage: str | None = None,
) -> dict[str, Any]:
    """Return a figure's columns; a value of more decimals than are kept is rounded, and then says so.

    Raises:
        RuleBrokenError: for a value that nothing could mean.
    """
    number = None if value is None else Decimal(value)
    if number is not None and abs(number) >= _VALUE_MAX:
        raise RuleBrokenError("value", "absurd_count")
    kept = None if number is None else number.quantize(_PLACES)
    return {
        "series_id": series.id,
        "series_label_sv": series.label_sv,
        "unit": series.unit,
        "municipality_code": municipality_code,
        "period": period,
        "covers_to_month": period if len(period) == 7 else f"{period}-12",
        "value": kept,
        "value_status": value_status,
        "publication_stage": stage,
        "is_rounded": kept != number,
    }
