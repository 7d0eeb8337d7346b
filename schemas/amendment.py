"""Later decisions about an agreement: how each moves its end or its targets; what was first agreed is still rated."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from schemas.strict import DECISION_LENGTH_MAX, Identifier, StrictModel, Text, Url


class Amendment(StrictModel):
    """One decision, with the first day on which it applies."""

    id: Identifier
    kind: Literal["extended", "revised", "replaced", "terminated"]
    effective_on: date = Field(description="The first day on which it applies; what is ended ends the day before")
    ends_on: date | None = Field(default=None, description="The new last day, of an extension")
    replaced_by: Identifier | None = Field(default=None, description="The agreement that takes over")
    rates: Literal["original", "revised"] | None = Field(
        default=None, description="Which targets the decision lets the agreement be rated by from then on"
    )
    text_sv: Annotated[Text, Field(max_length=DECISION_LENGTH_MAX)]
    decision_url: Url

    @property
    def is_end(self) -> bool:
        """The agreement is no longer in force from the effective day."""
        return self.kind in {"replaced", "terminated"}
