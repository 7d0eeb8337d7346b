"""Load: a kept delivery is read by its contract, checked, and put into the warehouse, once."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa
from prefect import task
from prefect.cache_policies import NO_CACHE

from archive.ledger import Ledger
from archive.state import State
from methods.interpret import Interpreted
from schemas.agreement_file import AgreementFile
from schemas.contract import ReadableContract
from schemas.cross_checks import resolve_contract
from schemas.delivery import NO_CORRECTIONS, Load, Receipt, load_id_of
from schemas.errors import DeliveryHeldError, LofteError
from schemas.outcome import Held
from schemas.text_table import SetAside
from sources.reading import read_delivery
from sources.reading_ahead import read_ahead
from warehouse.engine import opened
from warehouse.loads import NewLoad, add_load, complete_load_ids, sweep_unfinished
from warehouse.published import keep_published

LOG = logging.getLogger("lofte.load")


@dataclass
class LoadReport:
    """What became of an agreement's deliveries in this run."""

    loaded: int = 0
    problems: list[Held] = field(default_factory=list)
    set_aside: list[tuple[str, str, str, SetAside]] = field(default_factory=list)


@task(name="load", cache_policy=NO_CACHE)
def load_deliveries(file: AgreementFile, state: State) -> LoadReport:
    """Load what is not loaded yet under the agreement's present contracts, and what the warehouse has lost.

    Returns:
        How many were loaded, a message for each delivery that is held, and the address of each row newly set
        aside as (source, file, load, address).
    """
    agreement = file.agreement
    ledger = state.ledger(agreement.id)
    report = LoadReport()
    held: list[tuple[Receipt, Held]] = []
    with opened(state.warehouse) as connection:
        sweep_unfinished(connection)
        with connection.begin():
            complete = complete_load_ids(connection)
        for source in agreement.sources:
            readable = resolve_contract(agreement, source)
            contract_hash = state.store.put(readable.model_dump_json().encode())
            for receipt in ledger.receipts():
                if receipt.source_id == source.id:
                    try:
                        _ensure_loaded(connection, complete, state, ledger, receipt, readable, contract_hash, report)
                    except DeliveryHeldError as error:
                        message = f"{agreement.id}, source {source.id}, load: {receipt.file_name}: {error}"
                        held.append((receipt, Held("load", message, source.id)))
        _restore_lost(connection, complete, state, ledger, agreement.id)
    report.problems = [problem for receipt, problem in held if not _is_replaced(receipt, ledger)]
    return report


@task(name="restore", cache_policy=NO_CACHE)
def restore_loads(state: State) -> int:
    """Fill the warehouse from store and ledger with what it lacks; return how many loads it holds."""
    with opened(state.warehouse) as connection:
        for agreement_id in state.ledgered_agreements():
            ledger = state.ledger(agreement_id)
            _restore_lost(connection, set(), state, ledger, agreement_id)
            keep_published(connection, state.warehouse, agreement_id, ledger.releases(), state.store.get)
        with connection.begin():
            return len(complete_load_ids(connection))


def _is_replaced(receipt: Receipt, ledger: Ledger) -> bool:
    """Tell whether a delivery that came later has been accepted for all the months of one that is held."""
    receipts, accepted = ledger.receipts(), ledger.accepted_loads()
    return any(
        later.delivery_id in accepted
        and later.source_id == receipt.source_id
        and later.received_on >= receipt.received_on
        and later.covers_from <= receipt.covers_from
        and later.covers_to >= receipt.covers_to
        for later in receipts[receipts.index(receipt) + 1 :]
    )


def _ensure_loaded(
    connection: sa.Connection,
    complete: set[str],
    state: State,
    ledger: Ledger,
    receipt: Receipt,
    readable: ReadableContract,
    contract_hash: str,
    report: LoadReport,
) -> None:
    load_id = load_id_of(receipt.delivery_id, contract_hash, NO_CORRECTIONS)
    accepted = ledger.accepted_loads().get(receipt.delivery_id)
    if load_id in complete and accepted is not None and accepted.load_id == load_id:
        return
    rows = add_load(connection, _new_load(state, receipt, readable, load_id), state.warehouse)
    complete.add(load_id)
    if accepted is None or accepted.load_id != load_id:
        ledger.append(
            Load(
                load_id=load_id,
                delivery_id=receipt.delivery_id,
                contract_hash=contract_hash,
                corrections_hash=NO_CORRECTIONS,
                accepted_rows=rows.accepted,
                set_aside_rows=rows.set_aside_lines,
            )
        )
    report.loaded += 1
    report.set_aside += [(receipt.source_id, receipt.file_name, load_id, row) for row in rows.set_aside]
    LOG.info("%s: loaded %s, %d rows set aside", readable.agreement_id, receipt.file_name, rows.set_aside_lines)


def _restore_lost(
    connection: sa.Connection, complete: set[str], state: State, ledger: Ledger, agreement_id: str
) -> None:
    """Load again, under the contracts of their time, the loads that the ledger knows and the warehouse lacks."""
    receipts = {receipt.delivery_id: receipt for receipt in ledger.receipts()}
    for load in ledger.loads().values():
        if load.load_id in complete:
            continue
        readable = ReadableContract.model_validate_json(state.store.get(load.contract_hash))
        try:
            new = _new_load(state, receipts[load.delivery_id], readable, load.load_id)
            add_load(connection, new, state.warehouse)
        except DeliveryHeldError as error:
            raise LofteError(
                f"{agreement_id}: load {load.load_id} was accepted once and can no longer be read: {error}"
            ) from error


def _new_load(state: State, receipt: Receipt, readable: ReadableContract, load_id: str) -> NewLoad:
    def read() -> Iterator[Interpreted]:
        return read_ahead(read_delivery(lambda: state.store.reading(receipt.content_hash), receipt, readable))

    return NewLoad(load_id, readable.agreement_id, receipt, read)
