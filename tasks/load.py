"""Load: a kept delivery is read by its contract, checked, and put into the warehouse, once."""

import logging
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import sqlalchemy as sa
from prefect import task
from prefect.cache_policies import NO_CACHE

from archive.deletion import overdue_deliveries, remove_deleted
from archive.ledger import Ledger
from archive.state import State
from schemas.agreement_file import AgreementFile
from schemas.contract import AnswersContract, ReadableContract
from schemas.cross_checks import resolve_contract
from schemas.delivery import NO_CORRECTIONS, Load, Receipt, load_id_of
from schemas.derive import table_name
from schemas.errors import DeliveryHeldError, LofteError
from schemas.outcome import Held
from schemas.survey_aggregate import SurveyAggregate
from schemas.text_table import SetAside
from sources.answers import aggregate_answers, estimates_among
from sources.reading import read_delivery
from warehouse.engine import opened
from warehouse.loads import LoadedDelivery, add_load, complete_load_ids
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
    if ledger.deletions():
        remove_deleted(state)
    report = LoadReport()
    deleted = ledger.deletions()
    held: list[tuple[Receipt, Held]] = []
    with opened(state.warehouse) as connection:
        with connection.begin():
            complete = complete_load_ids(connection)
        for source in agreement.sources:
            readable = resolve_contract(agreement, source)
            contract_hash = state.store.put(readable.model_dump_json().encode())
            for receipt in ledger.receipts():
                if receipt.source_id == source.id and receipt.delivery_id not in deleted:
                    try:
                        _ensure_loaded(connection, complete, state, ledger, receipt, readable, contract_hash, report)
                    except DeliveryHeldError as error:
                        message = f"{agreement.id}, source {source.id}, load: {receipt.file_name}: {error}"
                        held.append((receipt, Held("load", message, source.id)))
        _restore_lost(connection, complete, state, ledger, agreement.id)
    report.problems = [problem for receipt, problem in held if not _is_replaced(receipt, ledger)]
    report.problems += [
        Held("retention", _overdue(agreement.id, receipt, day), receipt.source_id)
        for receipt, day in overdue_deliveries(agreement, ledger, datetime.now(UTC).date())
    ]
    return report


def _overdue(agreement_id: str, receipt: Receipt, day: date) -> str:
    return (
        f"{agreement_id}, source {receipt.source_id}, retention: the answers in {receipt.file_name} were to be kept "
        f"until {day}; delete them by "
        f"`lofte forget {agreement_id} {receipt.file_name} --decision REFERENCE --office ID`"
    )


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
    known = ledger.loads().get(load_id)
    aggregate_hash = known.aggregate_hash if known else _keep_aggregate(state, receipt, readable)
    loaded = _read(state, receipt, readable, load_id, aggregate_hash)
    add_load(connection, loaded, state.warehouse)
    complete.add(load_id)
    set_aside_lines = len({row.line for row in loaded.set_aside})
    if accepted is None or accepted.load_id != load_id:
        ledger.append(
            Load(
                load_id=load_id,
                delivery_id=receipt.delivery_id,
                contract_hash=contract_hash,
                corrections_hash=NO_CORRECTIONS,
                accepted_rows=len(loaded.facts),
                set_aside_rows=set_aside_lines,
                aggregate_hash=aggregate_hash,
            )
        )
    report.loaded += 1
    report.set_aside += [(receipt.source_id, receipt.file_name, load_id, row) for row in loaded.set_aside]
    LOG.info("%s: loaded %s, %d rows set aside", readable.agreement_id, receipt.file_name, set_aside_lines)


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
            loaded = _read(state, receipts[load.delivery_id], readable, load.load_id, load.aggregate_hash)
        except DeliveryHeldError as error:
            raise LofteError(
                f"{agreement_id}: load {load.load_id} was accepted once and can no longer be read: {error}"
            ) from error
        add_load(connection, loaded, state.warehouse)


def _keep_aggregate(state: State, receipt: Receipt, readable: ReadableContract) -> str | None:
    """Keep what answers say together, and return its hash; None for what is loaded row by row."""
    if not isinstance(readable.contract, AnswersContract):
        return None
    aggregate = aggregate_answers(state.store.get(receipt.content_hash), receipt, readable)
    return state.store.put(aggregate.model_dump_json().encode())


def _read(
    state: State, receipt: Receipt, readable: ReadableContract, load_id: str, aggregate_hash: str | None
) -> LoadedDelivery:
    if aggregate_hash is None:
        interpreted = read_delivery(state.store.get(receipt.content_hash), receipt, readable)
    else:  # answers are read once; from then on only what they say together is
        interpreted = estimates_among(SurveyAggregate.model_validate_json(state.store.get(aggregate_hash)))
    return LoadedDelivery(
        load_id=load_id,
        agreement_id=readable.agreement_id,
        receipt=receipt,
        table_name=table_name(interpreted.model),
        facts=interpreted.facts,
        set_aside=interpreted.set_aside,
    )
