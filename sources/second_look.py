"""What is looked at in a new delivery once it counts: whether its rows are there twice, and whether there are more."""

from collections.abc import Iterator

from methods.delivery_warnings import HOLDS_ITSELF_TWICE, PLACES_TOLD_MAX, goes_on_warning
from methods.repeated_half import DIFFERENT_ROWS_MIN
from schemas.content import Content
from schemas.contract import AnswersContract, OccasionContract, ReadableContract
from schemas.delivery import Load
from sources.elsewhere import goes_on_in
from sources.written_twice import repeats_itself


def second_look(content: Content, readable: ReadableContract, load: Load) -> Iterator[str]:
    """Yield a warning for each thing in a delivery that a person should look at.

    Args:
        content: the delivery.
        readable: how it was read.
        load: what became of it.
    """
    if _may_have_rows_twice(readable, load) and repeats_itself(content, readable):
        yield HOLDS_ITSELF_TWICE
    places = goes_on_in(content, readable, PLACES_TOLD_MAX + 1)
    if places:
        yield goes_on_warning(places, "sheet" if readable.contract.xlsx else "list of records")


def _may_have_rows_twice(readable: ReadableContract, load: Load) -> bool:
    """Tell of rows that count one by one, and that no id tells apart, whether there are enough to be known again."""
    contract = readable.contract
    is_bare = isinstance(contract, OccasionContract) and contract.columns.row_id is None
    return isinstance(contract, AnswersContract) or (is_bare and load.accepted_rows >= 2 * DIFFERENT_ROWS_MIN)
