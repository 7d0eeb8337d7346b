"""What was blanked in a delivery before anything kept it: addresses, and never what stood there."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from schemas.addresses import row_address
from schemas.layout import Layout

# So many are no slip, and each takes memory: the delivery is refused, and what follows need not be looked at.
FINDS_MAX = 10_000


class BlankedCell(BaseModel):
    """Where something that seemed to be about a person stood; its whole row was blanked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    line: int
    column: str
    found: str

    def address(self, layout: Layout) -> str:
        """Return where it stood, for a message."""
        return f"{row_address(self.line, layout)}, column {self.column or '(not known)'}"


@dataclass(frozen=True)
class Blanking:
    """A delivery with every row blanked that seemed to hold personal data.

    `row_count` is how many rows there are, the blanked ones included. `elsewhere` is the place, and the kind, of a find
    that is in no row of what the contract reads: of that nothing can be blanked, and the delivery must not be kept.
    """

    content: bytes
    cells: tuple[BlankedCell, ...] = ()
    row_count: int = 0
    elsewhere: tuple[str, str] | None = None

    def first(self, layout: Layout) -> tuple[str, str] | None:
        """Return the place and kind of a find: one that cannot be blanked before any other."""
        if self.elsewhere is None and self.cells:
            return self.cells[0].address(layout), self.cells[0].found
        return self.elsewhere

    @property
    def blanked_rows(self) -> int:
        """How many rows were blanked."""
        return len({cell.line for cell in self.cells})
