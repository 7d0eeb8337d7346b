"""What a run says of the files that it takes in: what holds it up, and what came too late to have a part in it."""

from dataclasses import dataclass, field
from datetime import date

from archive.selection import is_still_to_come
from methods.delivery_warnings import came_later
from schemas.errors import DeliveryHeldError, LofteError, PersonalDataError
from schemas.outcome import Held


@dataclass
class Intake:
    """A message for each file that could not be taken in, and a warning for each that had no part in the run."""

    problems: list[Held] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def tell(self, held: Held, error: LofteError, received_on: date | None, at: date | None) -> None:
        """Tell of a file that could not be taken in.

        One that cannot be read and came after the day of the run, as in a backfill, has no part in it. A day that is
        still to come is a slip of the pen, and what seems to hold personal data is told whenever it came.

        Args:
            held: what is said of it.
            error: why it could not be taken in.
            received_on: the day on which it came, as far as it is said.
            at: the day of the run.
        """
        is_unread = isinstance(error, DeliveryHeldError) and not isinstance(error, PersonalDataError)
        if not is_unread or received_on is None or at is None or received_on <= at or is_still_to_come(received_on):
            self.problems.append(held)
        else:
            self.warnings.append(f"{held}. {came_later(received_on, at)}")
