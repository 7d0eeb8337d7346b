"""A fault of this program itself, told by where in the program it came up and never by what it was working on."""

from traceback import format_tb


class FaultError(Exception):
    """What nobody foresaw; the words of the exception are left out, since they can quote a cell.

    Attributes:
        places: lines of the program that led there, those of its causes first.
    """

    def __init__(self, error: Exception) -> None:
        self.places = "".join(_places(error))
        super().__init__(f"failed unexpectedly ({type(error).__name__})")

    @classmethod
    def of(cls, error: Exception) -> "FaultError":
        """Return what is told of an exception; one that has been told already says it all."""
        return error if isinstance(error, cls) else cls(error)


def _places(error: BaseException) -> list[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return [*(_places(before) if before else []), *format_tb(error.__traceback__), f"{type(error).__name__}\n"]
