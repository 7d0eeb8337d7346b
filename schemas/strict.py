"""The strict base of every file a person writes: nothing unknown, nothing coerced, nothing by default."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema

# Where a spreadsheet would take text for a formula; the full-width forms are folded by some importers.
FORMULA_MARKS = "=+-@\t\r＝＋－＠"


class StrictModel(BaseModel):
    """Unknown keys and values of another type are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def starts_like_formula(text: str) -> bool:
    """Tell whether a spreadsheet could run a text, on its first or any later line.

    >>> starts_like_formula("minst 30"), starts_like_formula(" =1+1"), starts_like_formula("a\\n@b")
    (False, True, True)
    """
    if text.startswith(("\t", "\r")):
        return True
    return any(line.strip(" \u00a0")[:1] in set(FORMULA_MARKS) for line in text.splitlines() if line.strip())


def _publishable(text: str) -> str:
    if starts_like_formula(text):
        raise ValueError("starts with a mark that a spreadsheet runs as a formula; reword it")
    if text != text.strip():
        raise ValueError("has space at its start or end")
    return text


def _to_decimal(value: Any, info: ValidationInfo) -> Any:
    """Take a whole number as a decimal, and in JSON, which has no decimals, the text that one is written as."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    is_written = info.mode == "json" and isinstance(value, str)
    return Decimal(value) if is_whole or is_written else value


Text = Annotated[str, Field(min_length=1), AfterValidator(_publishable)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Url = Annotated[str, Field(pattern=r"^https?://[^\s<>\"]+$")]
# The words in which an office says why it decided something.
DECISION_LENGTH_MAX = 600
MONTH_PATTERN = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
Month = Annotated[str, Field(pattern=MONTH_PATTERN)]
Number = Annotated[Decimal, BeforeValidator(_to_decimal), WithJsonSchema({"type": "number"})]
NotNegative = Annotated[Number, Field(ge=0)]
Share = Annotated[Number, Field(ge=0, le=1)]
