"""What is said of a delivery that an office hands over by e-mail, on paper or by telephone."""

from datetime import date
from typing import Annotated

from pydantic import Field

from schemas.strict import Identifier, StrictModel, Url

PERIOD_PATTERN = r"^[0-9]{4}-(0[1-9]|1[0-2])(\.\.[0-9]{4}-(0[1-9]|1[0-2]))?$"


class Handing(StrictModel):
    """`FILE.toml` beside a file in the inbox; on the command line the options of `lofte receive`."""

    agreement: Identifier
    source: Identifier
    period: Annotated[str, Field(pattern=PERIOD_PATTERN, description="A month, or 2024-01..2024-04")]
    office: Identifier = Field(description="The office of the agreement that handed it over")
    registration_number: Annotated[str, Field(pattern=r"^[\w ./:-]{1,60}$", description="In the register of mail")]
    received_on: date | None = None
    attest_zero: bool = Field(default=False, description="The office attests that nothing was done")
    keyed_by: Identifier | None = Field(
        default=None, description="Who typed the figures in: a mark of your own, such as keyer-1, never a name"
    )
    source_url: Url | None = None
    is_invented: bool = False

    @property
    def covers_from(self) -> str:
        """The first month."""
        return self.period[:7]

    @property
    def covers_to(self) -> str:
        """The last month."""
        return self.period[-7:]
