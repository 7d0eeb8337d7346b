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
        """Tell of a file that could not be taken in; what seems to hold personal data is told whenever it came.

        Args:
            held: what is said of it.
            error: why it could not be taken in.
            received_on: the day on which it came, as far as it is said.
            at: the day of the run.
        """
        is_unread = isinstance(error, DeliveryHeldError) and not isinstance(error, PersonalDataError)
        if is_unread:
            self.tell_by_day(held, received_on, at)
        else:
            self.problems.append(held)

    def tell_by_day(self, held: Held, received_on: date | None, at: date | None) -> None:
        """Tell of a file that counts for nothing yet: one that came after the day of the run has no part in it.

        So it is in a backfill. A day that is still to come is a slip of the pen.
        """
        if received_on is None or at is None or received_on <= at or is_still_to_come(received_on):
            self.problems.append(held)
        else:
            self.warnings.append(f"{held}. {came_later(received_on, at)}")
