"""List rejected: the rows of deliveries that were set aside, by address and rule; their text only when asked for."""

import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Connection

from archive.ledger import Ledger
from archive.read_as import ReadAs, as_it_was_read, by_its_header, ways_to_read
from archive.state import State
from methods.corrections import corrections_of, refuse_personal_data
from methods.delivery_names import public_ids
from methods.personal_data import find_personal_data
from schemas.agreement import Source
from schemas.agreement_file import AgreementFile
from schemas.contract import AnswersContract, ReadableContract
from schemas.cross_checks import resolve_contract
from schemas.delivery import Receipt
from schemas.errors import DeliveryHeldError, WarehouseError
from schemas.layout import Layout
from schemas.text_table import SetAside
from sources.answers import aggregate_answers
from sources.reading import TooManySetAsideError, delivered_texts, read_delivery
from tasks import step
from warehouse.engine import ask
from warehouse.loads import complete_load_ids, set_aside_rows

NOT_SHOWN = "visas inte"
_TEXT_LENGTH_MAX = 80


@dataclass(frozen=True)
class RejectedRow:
    """A row that was set aside; `public_id` is None while its delivery is held as a whole."""

    receipt: Receipt
    public_id: str | None
    layout: Layout | None
    address: SetAside
    text: str | None = None


@dataclass(frozen=True)
class _Delivery:
    receipt: Receipt
    public_id: str | None
    readable: ReadableContract | None  # None: context, whose cells are never shown
    set_aside: list[SetAside]


@step("list-rejected")
def list_rejected(
    file: AgreementFile, state: State, only_source: str | None, only_delivery: str | None, with_texts: bool
) -> list[RejectedRow]:
    """List what was set aside in deliveries that no later one has replaced: those loaded, and those held for it.

    One that was loaded under an earlier contract and is held under the present one is both: its load counts, and what
    the present contract says of its rows is what a person has been told to look at.

    Args:
        file: the agreement.
        state: where its deliveries are kept.
        only_source: one source.
        only_delivery: one delivery, by public id or file name.
        with_texts: whether to read the rows' cells from the store.

    Raises:
        InvalidAgreementError: when a correction seems to hold personal data.
        WarehouseError: when the warehouse lacks a load.
    """
    refuse_personal_data(file.corrections)
    ledger = state.ledger(file.agreement.id)
    loaded = _loaded(file, state, ledger)
    told = {delivery.receipt.delivery_id: set(delivery.set_aside) for delivery in loaded}
    deliveries = [
        *loaded,
        *(
            _but_for(delivery, told.get(delivery.receipt.delivery_id, set()))
            for source in file.agreement.sources
            for delivery in _held(file, state, ledger, source)
        ),
    ]
    rows = [
        row
        for delivery in deliveries
        if only_source in {None, delivery.receipt.source_id}
        if only_delivery in {None, delivery.public_id, delivery.receipt.file_name}
        for row in _rows(delivery, state, with_texts)
    ]
    return sorted(rows, key=lambda row: (row.receipt.source_id, row.receipt.covers_to, row.receipt.received_on))


def _but_for(delivery: _Delivery, told: set[SetAside]) -> _Delivery:
    """Leave out what has been told of a delivery."""
    return replace(delivery, set_aside=[address for address in delivery.set_aside if address not in told])


def delivery_names(ledger: Ledger) -> set[str]:
    """Return every name that a delivery can be asked for by: its file's, and its public id once it is loaded."""
    return {receipt.file_name for receipt in ledger.receipts()} | set(public_ids(_loaded_receipts(ledger)))


def _loaded_receipts(ledger: Ledger) -> list[Receipt]:
    accepted = ledger.accepted_loads()
    loaded = (receipt for receipt in ledger.receipts() if receipt.delivery_id in accepted)
    return sorted(loaded, key=lambda receipt: receipt.received_on)


def _loaded(file: AgreementFile, state: State, ledger: Ledger) -> list[_Delivery]:
    accepted, loaded = ledger.accepted_loads(), _loaded_receipts(ledger)
    wanted = [accepted[receipt.delivery_id] for receipt in loaded]
    sources = {source.id: source for source in file.agreement.sources}

    def rows(connection: Connection) -> list[list[SetAside]]:
        if not complete_load_ids(connection).issuperset(load.load_id for load in wanted):
            raise WarehouseError("the warehouse lacks a load; run `lofte rebuild`, then try again")
        return [set_aside_rows(connection, load.load_id) if load.set_aside_rows else [] for load in wanted]

    return [
        _Delivery(receipt, public_id, None if load.is_context else as_it_was_read(load, state.store).readable, found)
        for receipt, public_id, load, found in zip(
            loaded, public_ids(loaded), wanted, ask(state.warehouse, rows) if wanted else [], strict=True
        )
        if found and not ledger.is_replaced(receipt, sources.get(receipt.source_id))
    ]


def _held(file: AgreementFile, state: State, ledger: Ledger, source: Source) -> Iterator[_Delivery]:
    """Read deliveries that are not loaded as they are read now; one held for another reason has no rows to tell of."""
    accepted, deleted = ledger.accepted_loads(), ledger.deletions()
    receipts = [receipt for receipt in ledger.receipts() if receipt.source_id == source.id]
    readable = resolve_contract(file.agreement, source)
    for receipt in receipts:
        if receipt.delivery_id in deleted or ledger.is_replaced(receipt, source):
            continue
        own = corrections_of(receipt, file.corrections.corrections, ledger.written_receipts())
        ways = ways_to_read(receipt, readable, ledger, own, state.store)
        load = accepted.get(receipt.delivery_id)
        if load is not None and load.load_id in {way.load_id(receipt) for way in ways}:
            continue
        with suppress(DeliveryHeldError):
            delivery = by_its_header(ways, partial(_held_for_its_rows, state, receipt))
            if delivery is not None:
                yield delivery


def _held_for_its_rows(state: State, receipt: Receipt, way: ReadAs) -> _Delivery | None:
    """Read a delivery as a run would; return it if too many of its rows are set aside.

    Raises:
        DeliveryHeldError: when it is held for another reason.
    """
    opened = partial(state.store.reading, receipt.content_hash)
    set_aside: list[SetAside] = []
    try:
        if isinstance(way.readable.contract, AnswersContract):
            aggregate_answers(opened, receipt, way.readable)
            return None
        for found in read_delivery(opened, receipt, way.readable, way.corrections):
            again = set() if found.instead_of is None else set(found.instead_of.tolist())
            set_aside = [row for row in set_aside if row.line not in again] + found.set_aside
    except TooManySetAsideError as error:
        return _Delivery(receipt, None, way.readable, error.set_aside or set_aside)
    return None


def _rows(delivery: _Delivery, state: State, with_texts: bool) -> list[RejectedRow]:
    layout = delivery.readable.contract.layout if delivery.readable else None
    rows = [RejectedRow(delivery.receipt, delivery.public_id, layout, address) for address in delivery.set_aside]
    if delivery.readable is None or isinstance(delivery.readable.contract, AnswersContract):  # one person's each
        return [replace(row, text=NOT_SHOWN) for row in rows] if with_texts else rows
    if not (rows and with_texts):
        return rows
    columns = set(delivery.readable.contract.columns.model_dump().values())
    addresses = [row.address for row in rows if row.address.rule != "personal_data"]  # nothing is left of those
    cells = [(address.line, address.column) for address in addresses if address.column in columns]
    opened = partial(state.store.reading, delivery.receipt.content_hash)
    texts = delivered_texts(opened, delivery.readable, cells)
    return [replace(row, text=_shown(texts.get((row.address.line, row.address.column)))) for row in rows]


def _shown(text: str | None) -> str:
    """Return the text of a cell, unless it could be about a person or is more than a plain word or number."""
    if text is None or len(text) > _TEXT_LENGTH_MAX or not _is_plain(text) or find_personal_data(text) is not None:
        return NOT_SHOWN
    return text


def _is_plain(text: str) -> bool:
    """Tell whether a terminal shows a text as it is."""
    return not any(unicodedata.category(character) in {"Cc", "Cf"} for character in text)
