"""What can go wrong, and the exit status it leads to where it ends a whole command: by then nothing has been done.

Messages name source, stage and reason, never a value from the data.
"""

from dataclasses import dataclass

PUBLISHED = 0
NOTHING_DONE = 1
HELD = 3
ALREADY_RUNNING = 75


@dataclass(frozen=True)
class Problem:
    """One fault in a file that a person edits."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class LofteError(Exception):
    """A failure with a message for the person who runs the program."""

    exit_status = NOTHING_DONE


class InvalidFileError(LofteError):
    """A file that a person edits cannot be used; carries every problem found in it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class InvalidAgreementError(InvalidFileError):
    """An agreement's file cannot be used."""


class InvalidDeploymentError(InvalidFileError):
    """The file of deployments cannot be used."""


class DeliveryHeldError(LofteError):
    """A delivery is kept but not counted until a person has looked at it."""


class AlteredDeliveryError(LofteError):
    """Kept bytes were no longer the same when some of them were read a second time."""

    def __init__(self) -> None:
        super().__init__("a delivery was altered while it was read; restore the store from a backup")


class HeaderDriftError(DeliveryHeldError):
    """A delivery's columns are not those of its contract; carries its header."""

    def __init__(self, difference: str, header: list[str], line: int | None = 1) -> None:
        where = "the records' keys" if line is None else f"line {line}"
        super().__init__(f"{where}: the columns are not those of the contract; {difference}")
        self.header = header


class PersonalDataError(DeliveryHeldError):
    """A delivery seems to hold personal data and was not kept."""


class FetchError(LofteError):
    """A source could not be listed or read."""


class OtherNameError(FetchError):
    """A file's name does not follow its source's pattern."""


class UnreachableError(FetchError):
    """A host did not answer in time, or wants to be left alone: another file of it would fare no better."""


class WarehouseError(LofteError):
    """The warehouse cannot be reached, opened or written."""


class SettingsError(LofteError):
    """The settings cannot be used."""


class AlreadyRunningError(LofteError):
    """Another run holds the state."""

    exit_status = ALREADY_RUNNING


class BackupError(LofteError):
    """A backup could not be made or restored; everything is as it was."""


class DeletionError(LofteError):
    """A delivery was not deleted; everything is as it was."""


class UnknownFigureError(LofteError):
    """What was asked for is not there."""
