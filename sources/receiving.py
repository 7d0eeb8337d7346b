"""What an office hands over: looked at, read by its contract, and kept; what is typed in needs a second person.

Two persons type the figures in without seeing each other's. When what they typed reads the same, cell by cell, it is a
delivery like any other; until then nothing of it counts.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial

import pandas as pd

from archive.ledger import Ledger
from archive.read_as import ReadAs, by_its_header, ways_to_read
from archive.receipts import check_months, keep_delivery
from archive.state import State
from methods.header_diff import quotable
from methods.set_aside_count import SetAsideCount
from methods.year_to_date import covered_from
from schemas.addresses import row_address, set_aside_address
from schemas.agreement import Agreement, Source
from schemas.agreement_file import AgreementFile
from schemas.content import Content, Opened, in_memory
from schemas.contract import AnswersContract, ReadableContract
from schemas.cross_checks import resolve_contract
from schemas.delivery import Keying, Receipt
from schemas.errors import HELD, DeliveryHeldError, FetchError
from schemas.handing import Handing
from schemas.layout import Layout
from sources.quarantine import admit, refuse_personal_data, refuse_personal_name
from sources.reading import read_delivery, text_cells
from sources.sidecar import refuse_personal_words

_CELLS_SHOWN = 10


@dataclass(frozen=True)
class Received:
    """What became of a file: `content` is as it came, or with the rows blanked that its receipt tells of."""

    is_new: bool
    receipt: Receipt
    content: bytes


class SecondKeyingError(FetchError):
    """Typed figures are kept, and wait for a second person, or differ from what the second one typed."""

    exit_status = HELD

    def __init__(self, message: str, keying: Keying) -> None:
        super().__init__(message)
        self.keying = keying


def receive(file: AgreementFile, state: State, name: str, content: bytes, handing: Handing, on: date) -> Received:
    """Take in what an office hands over.

    Args:
        file: the agreement.
        state: where it is kept.
        name: the file's name.
        content: its bytes.
        handing: what is said of it.
        on: the day it was received, unless `handing` says another.

    Returns:
        Whether anything new was kept, and what of the file may be kept anywhere.

    Raises:
        FetchError: when it does not fit the agreement.
        PersonalDataError: when it seems to hold personal data.
        DeliveryHeldError: when it cannot be read by its contract.
        SecondKeyingError: when it was typed in, is kept, and does not count yet.
    """
    source = _checked(file.agreement, name, handing)
    covers_from = covered_from(file.agreement, source, name, handing.covers_from, handing.covers_to)
    handing = handing.model_copy(update={"period": f"{covers_from}..{handing.covers_to}"})
    check_months(file.agreement, source, name, handing.covers_from, handing.covers_to)
    ledger, readable = state.ledger(file.agreement.id), resolve_contract(file.agreement, source)
    receipt = _receipt(source, name, content, handing, on)
    if handing.keyed_by is None:
        receipt, admitted = admit(receipt, Content.of(content), source, ledger, state)
        content = admitted.whole()
    else:
        refuse_personal_data(name, Content.of(content), source)
    if not isinstance(source.contract, AnswersContract):
        ways = ways_to_read(receipt, readable, ledger, [], state.store)
        try:
            count = by_its_header(ways, lambda way: _read_through(content, receipt, way))
        except DeliveryHeldError as error:
            raise DeliveryHeldError(f"{name}: {error}") from error
        if handing.keyed_by is not None and count.lines_count:
            where = set_aside_address(count.first, source.contract.layout)
            raise FetchError(f"{name}: what is typed in must be readable to the last row; see {where}")
    if handing.keyed_by is None:
        return Received(
            keep_delivery(receipt, Content.of(content), file.agreement, ledger, state.store), receipt, content
        )
    is_new = _key_in(receipt, content, file.agreement, handing.keyed_by, ledger, state, readable)
    return Received(is_new, receipt, content)


def waiting_text(keying: Keying) -> str:
    """Say that typed figures wait for a second person."""
    receipt = keying.receipt
    return (
        f"{receipt.file_name}: typed in by {keying.keyed_by} for {receipt.covers_from} to {receipt.covers_to}; nothing "
        "of it counts until a second person has typed in the same from the original"
    )


def is_the_same_typing(one: Keying, other: Keying) -> bool:
    """Tell whether a person has typed in the same bytes, of the same letter and months."""
    is_same = one.keyed_by == other.keyed_by and one.receipt.content_hash == other.receipt.content_hash
    return is_same and _is_of_the_same(one.receipt, other.receipt)


def _checked(agreement: Agreement, name: str, handing: Handing) -> Source:
    refuse_personal_name(name)
    refuse_personal_words(name, handing)
    sources = {source.id: source for source in agreement.sources}
    if handing.source not in sources:
        raise FetchError(
            f"{name}: there is no source {quotable(handing.source)!r} (known: {', '.join(sources) or 'none'})"
        )
    offices = {office.id: office.roles for office in agreement.offices}
    if handing.office not in offices:
        raise FetchError(
            f"{name}: there is no office {quotable(handing.office)!r} (known: {', '.join(offices) or 'none'})"
        )
    if "deliver" not in offices[handing.office]:
        raise FetchError(f"{name}: the office {handing.office!r} has not the role 'deliver'")
    source = sources[handing.source]
    if handing.keyed_by is not None and isinstance(source.contract, AnswersContract):
        raise FetchError(f"{name}: answers of persons are not typed in; ask for the file")
    return source


def _receipt(source: Source, name: str, content: bytes, handing: Handing, on: date) -> Receipt:
    return Receipt(
        source_id=source.id,
        covers_from=handing.covers_from,
        covers_to=handing.covers_to,
        content_hash=hashlib.sha256(content).hexdigest(),
        size=len(content),
        file_name=name,
        address=f"handed over, {handing.registration_number}",
        received_on=handing.received_on or on,
        source_url=handing.source_url,
        is_invented=handing.is_invented,
        attests_zero=handing.attest_zero,
        fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
        office=handing.office,
        registration_number=handing.registration_number,
    )


def _read_through(content: bytes, receipt: Receipt, way: ReadAs) -> SetAsideCount:
    """Read a file to its end, and count its rows and those that would be set aside."""
    count = SetAsideCount()
    for found in read_delivery(in_memory(content), receipt, way.readable, way.corrections):
        count.add(found)
    return count


def _key_in(
    receipt: Receipt,
    content: bytes,
    agreement: Agreement,
    keyed_by: str,
    ledger: Ledger,
    state: State,
    readable: ReadableContract,
) -> bool:
    """Keep what one person has typed in; make it a delivery when another has typed in the same.

    Raises:
        SecondKeyingError: while it waits, or naming the cells that differ, never what stands in them.
    """
    if _is_typed_already(receipt, content, keyed_by, ledger, state, readable):
        return False
    keying = Keying(receipt=receipt, keyed_by=keyed_by)
    others = [item for item in ledger.keyings() if _is_other(item, receipt, keyed_by)]
    mine, layout = text_cells(in_memory(content), readable), readable.contract.layout
    for other in others:
        if _differences(mine, text_cells(_kept(state, other.receipt), readable), layout) == []:
            both = tuple(sorted((other.keyed_by, keyed_by)))
            agreed = other.receipt.model_copy(update={"keyed_by": both})
            kept = Content(agreed.size, _kept(state, agreed))
            return keep_delivery(agreed, kept, agreement, ledger, state.store)
    if not any(is_the_same_typing(item, keying) for item in ledger.keyings()):
        state.store.put(content)
        ledger.append(keying)
    if not others:
        raise SecondKeyingError(waiting_text(keying), keying)
    last = others[-1]
    theirs = text_cells(_kept(state, last.receipt), readable)
    raise SecondKeyingError(
        f"{receipt.file_name}: differs from what {last.keyed_by} typed in at "
        f"{_shown(_differences(mine, theirs, layout))}; look at the original, and type in again what is wrong",
        keying,
    )


def _is_typed_already(
    receipt: Receipt, content: bytes, keyed_by: str, ledger: Ledger, state: State, readable: ReadableContract
) -> bool:
    """Tell whether a delivery that counts is what this person, and another, typed in from the same letter."""
    known = [item for item in ledger.receipts() if keyed_by in item.keyed_by and _is_of_the_same(item, receipt)]
    if not known:
        return False
    mine = text_cells(in_memory(content), readable)
    return _differences(mine, text_cells(_kept(state, known[-1]), readable), readable.contract.layout) == []


def _kept(state: State, receipt: Receipt) -> Opened:
    return partial(state.store.reading, receipt.content_hash)


def _is_other(keying: Keying, receipt: Receipt, keyed_by: str) -> bool:
    """Tell whether another person has typed in what the same letter says of the same months."""
    return keying.keyed_by != keyed_by and _is_of_the_same(keying.receipt, receipt)


def _is_of_the_same(one: Receipt, other: Receipt) -> bool:
    """Tell whether two files are said to be of one letter, and of the same months."""
    same = ("source_id", "covers_from", "covers_to", "office", "registration_number", "attests_zero", "is_invented")
    return all(getattr(one, key) == getattr(other, key) for key in same)


def _differences(mine: pd.DataFrame, theirs: pd.DataFrame, layout: Layout) -> list[str]:
    """List the cells, or rows, in which two tables of text differ, whatever the order of their columns."""
    lines = [line for line in mine.index.union(theirs.index) if (line in mine.index) != (line in theirs.index)]
    found = [row_address(line, layout) for line in lines]
    for line in mine.index.intersection(theirs.index):
        for column in mine.columns.union(theirs.columns, sort=False):
            if column not in mine or column not in theirs or str(mine.at[line, column]) != str(theirs.at[line, column]):
                found.append(f"{row_address(line, layout)}, column {column}")
    return found


def _shown(cells: list[str]) -> str:
    more = f" and {len(cells) - _CELLS_SHOWN} more" if len(cells) > _CELLS_SHOWN else ""
    return "; ".join(cells[:_CELLS_SHOWN]) + more
