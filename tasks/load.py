"""Load: a kept delivery is read by its contract, checked, and put into the warehouse, once."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial

import sqlalchemy as sa

from archive.corrections import usable_corrections
from archive.deletion import name_to_delete_by, overdue_deliveries, remove_deleted
from archive.ledger import Ledger
from archive.read_as import ReadAs, as_it_was_read, by_its_header, ways_to_read
from archive.state import State
from methods.corrections import CorrectionsDoNotFitError, corrections_of, misfit_problems
from methods.delivery_warnings import (
    ADDRESSES_TOLD_MAX,
    COUNTS_AS_READ_BEFORE,
    blanked_warning,
    came_later,
    overdue_warning,
    same_bytes_warning,
    told_of,
    volume_warnings,
)
from methods.falling_series import SeriesFallsError
from methods.header_diff import diff_header, how_to_go_on
from methods.interpret import Interpreted
from methods.local_time import local_time
from methods.turns import Turns
from schemas.agreement import Source
from schemas.agreement_file import AgreementFile
from schemas.content import Content, Opened
from schemas.contract import AnswersContract, expected_headers, is_known_by_its_name
from schemas.corrections import Correction
from schemas.cross_checks import resolve_contract
from schemas.delivery import Load, Receipt
from schemas.errors import DeliveryHeldError, HeaderDriftError, LofteError
from schemas.outcome import Held, NewlySetAside
from schemas.survey_aggregate import SurveyAggregate
from sources.answers import aggregate_answers, estimates_among
from sources.context import read_again
from sources.reading import TooManySetAsideError, read_delivery
from sources.reading_ahead import read_ahead
from sources.second_look import second_look
from tasks import step
from warehouse.engine import opened
from warehouse.loads import IncomingLoad, add_load, complete_load_ids, set_aside_rows, sweep_unfinished
from warehouse.published import keep_published
from warehouse.series import hold_if_series_falls
from warehouse.statistics import refresh_statistics

LOG = logging.getLogger("lofte.load")


@dataclass(frozen=True)
class NewLoad:
    """A load that the ledger did not have as the delivery's last, and the one it had."""

    receipt: Receipt
    before: Load | None
    after: Load


@dataclass
class LoadReport:
    """What became of an agreement's deliveries in this run."""

    loaded: int = 0
    new_loads: list[NewLoad] = field(default_factory=list)
    problems: list[Held] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    set_aside: list[NewlySetAside] = field(default_factory=list)


@dataclass(frozen=True)
class _Loading:
    """What an agreement's deliveries are loaded with; `complete` are the loads that the warehouse has so far."""

    file: AgreementFile
    state: State
    ledger: Ledger
    connection: sa.Connection
    complete: set[str]
    report: LoadReport


@step("load")
def load_deliveries(
    file: AgreementFile, state: State, only_source: str | None = None, at: date | None = None
) -> LoadReport:
    """Load what is not loaded yet under the agreement's present contracts, and what the warehouse has lost.

    Args:
        file: the agreement, with its corrections.
        state: where it is kept.
        only_source: the one source whose deliveries are loaded; all by default.
        at: the day of publication; a delivery that came after it replaces nothing yet, and holds up nothing.

    Returns:
        How many were loaded, a message for each delivery that is held, and the address of each row newly set aside.
    """
    agreement = file.agreement
    ledger = state.ledger(agreement.id)
    if ledger.deletions():
        remove_deleted(state)
    report = LoadReport()
    usable = usable_corrections(file, ledger, only_source)
    report.problems += usable.problems
    with opened(state.warehouse) as connection:
        sweep_unfinished(connection)
        with connection.begin():
            complete = complete_load_ids(connection)
        complete_before = len(complete)
        # First, as what comes anew is compared with what has been accepted.
        _restore_lost(connection, complete, state, ledger, agreement.id)
        loading = _Loading(file, state, ledger, connection, complete, report)
        for source in agreement.sources:
            if only_source in {None, source.id} and source.id not in usable.held_sources:
                held = list(_load_source(loading, source, usable.corrections))
                report.problems += _told(loading, source, held, at)
        if len(complete) > complete_before:
            refresh_statistics(connection, state.warehouse)
    report.problems += [
        Held(
            "retention",
            overdue_warning(agreement.id, receipt, name_to_delete_by(ledger, receipt), day),
            receipt.source_id,
        )
        for receipt, day in overdue_deliveries(agreement, ledger, local_time(datetime.now(UTC)).date())
    ]
    return report


@step("restore")
def restore_loads(state: State) -> int:
    """Fill the warehouse from store and ledger with what it lacks; return how many loads it holds."""
    with opened(state.warehouse) as connection:
        for agreement_id in state.ledgered_agreements():
            ledger = state.ledger(agreement_id)
            _restore_lost(connection, set(), state, ledger, agreement_id)
            keep_published(connection, state.warehouse, agreement_id, ledger.releases(), state.store.get)
        refresh_statistics(connection, state.warehouse)
        with connection.begin():
            return len(complete_load_ids(connection))


def _advice(error: DeliveryHeldError, loading: _Loading, source: Source, receipt: Receipt, ways: list[ReadAs]) -> str:
    """Say why a delivery is held, what to do, and whether it counts as another contract read it."""
    why, ledger = _reason(error, loading.file, receipt), loading.ledger
    if not ledger.counts_on(receipt, source):
        return why
    is_as_before = ledger.accepted_loads()[receipt.delivery_id].contract_hash in {way.contract_hash for way in ways}
    return why if is_as_before else f"{why}. {COUNTS_AS_READ_BEFORE}"


def _reason(error: DeliveryHeldError, file: AgreementFile, receipt: Receipt) -> str:
    """Say why a delivery is held, and what to do where that depends on the agreement."""
    if isinstance(error, CorrectionsDoNotFitError):
        return "\n".join(map(str, misfit_problems(file.corrections, error)))
    if isinstance(error, HeaderDriftError):
        contract = file.agreement.source(receipt.source_id).contract
        diff = diff_header(error.header, expected_headers(contract))
        return f"{error}. {how_to_go_on(diff, contract.ignored_columns, file.agreement.id, receipt)}"
    if isinstance(error, TooManySetAsideError):
        return f"{error}. `lofte rejected` lists them: ask the provider to mend them, or change the contract"
    return str(error)


def _load_source(
    loading: _Loading, source: Source, corrections: list[Correction]
) -> Iterator[tuple[Receipt, DeliveryHeldError, str]]:
    """Load what is not loaded yet of a source; yield each delivery that is held, why, and what is said of it."""
    agreement, ledger = loading.file.agreement, loading.ledger
    readable = resolve_contract(agreement, source)
    deleted = ledger.deletions()
    turns = Turns(ledger.receipts())
    for receipt in turns:
        if receipt.source_id != source.id or receipt.delivery_id in deleted:
            continue
        own = corrections_of(receipt, corrections, ledger.written_receipts())
        ways = ways_to_read(receipt, readable, ledger, own, loading.state.store)
        try:
            _ensure_loaded(loading, source, receipt, ways)
        except DeliveryHeldError as error:
            # A delivery that comes after it may be the one that mends the series.
            if isinstance(error, SeriesFallsError) and turns.again(receipt, loading.report.loaded):
                continue
            yield receipt, error, _advice(error, loading, source, receipt, ways)


def _told(
    loading: _Loading, source: Source, held: list[tuple[Receipt, DeliveryHeldError, str]], at: date | None
) -> Iterator[Held]:
    """Tell of what is held on a day and not replaced; what came after that day is a warning."""
    agreement, ledger = loading.file.agreement, loading.ledger
    for receipt, why, advice in held:
        # One whose numbers fall has been compared with what replaced it.
        if not isinstance(why, SeriesFallsError) and ledger.is_replaced(receipt, source, at):
            continue
        what = told_of(agreement.id, receipt, advice)
        if at is None or receipt.received_on <= at:
            yield Held("load", what, source.id)
        elif not ledger.is_replaced(receipt, source):
            loading.report.warnings.append(f"{what}. {came_later(receipt.received_on, at)}")


def _ensure_loaded(loading: _Loading, source: Source, receipt: Receipt, ways: list[ReadAs]) -> None:
    ledger, report = loading.ledger, loading.report
    accepted = ledger.accepted_loads().get(receipt.delivery_id)
    wanted = {way.load_id(receipt) for way in ways}
    if accepted is not None and accepted.load_id in wanted & loading.complete:
        return
    if receipt.blanked and accepted is None:
        report.warnings.append(told_of(ledger.agreement_id, receipt, blanked_warning(receipt, source.contract.layout)))
    hashes = {way.contract_hash for way in ways}
    load = by_its_header(ways, lambda way: _put_in(loading, source, receipt, way, hashes))
    loading.complete.add(load.load_id)
    if accepted is None or accepted.load_id != load.load_id:
        ledger.append(load)
        report.new_loads.append(NewLoad(receipt, accepted, load))
    report.loaded += 1
    with loading.connection.begin():
        told = set_aside_rows(loading.connection, load.load_id, ADDRESSES_TOLD_MAX)
    report.set_aside += [
        NewlySetAside(source.id, receipt.file_name, load.load_id, row, source.contract.layout) for row in told
    ]
    warnings = _warnings(loading, source, receipt, load, ways, is_new=accepted is None)
    report.warnings += [told_of(ledger.agreement_id, receipt, warning) for warning in warnings]
    LOG.info("%s: loaded %s, %d rows set aside", ledger.agreement_id, receipt.file_name, load.set_aside_rows)


def _warnings(
    loading: _Loading, source: Source, receipt: Receipt, load: Load, ways: list[ReadAs], *, is_new: bool
) -> Iterator[str]:
    """Tell of what counts and should be looked at; of what its bytes are like, once."""
    contract = ways[0].readable.contract
    yield from volume_warnings(load, contract.volume)
    if is_new:
        readable = next(way.readable for way in ways if way.load_id(receipt) == load.load_id)
        yield from second_look(Content(receipt.size, _opened(loading.state, receipt)), readable, load)
    if is_new and is_known_by_its_name(contract) and not receipt.attests_zero:
        for other in loading.ledger.same_bytes_elsewhere(receipt, source):
            yield same_bytes_warning(receipt, other)


def _put_in(loading: _Loading, source: Source, receipt: Receipt, way: ReadAs, contract_hashes: set[str]) -> Load:
    """Read a delivery in one way into the warehouse."""
    connection, ledger, state = loading.connection, loading.ledger, loading.state
    load_id = way.load_id(receipt)
    known = ledger.loads().get(load_id)
    aggregate_hash = known.aggregate_hash if known else None
    if aggregate_hash is None and isinstance(way.readable.contract, AnswersContract):
        # Answers are read once, and from then on only what they say together is.
        aggregate = aggregate_answers(_opened(state, receipt), receipt, way.readable)
        aggregate_hash = state.store.put(aggregate.model_dump_json().encode())
    incoming = IncomingLoad(
        load_id,
        way.readable.agreement_id,
        receipt,
        partial(_read, state, receipt, way, aggregate_hash),
        partial(hold_if_series_falls, connection, ledger, source, receipt, contract_hashes, load_id),
    )
    rows = add_load(connection, incoming, state.warehouse)
    return Load(
        load_id=load_id,
        delivery_id=receipt.delivery_id,
        contract_hash=way.contract_hash,
        corrections_hash=way.corrections_hash,
        accepted_rows=rows.accepted_count,
        set_aside_rows=rows.set_aside_count,
        aggregate_hash=aggregate_hash,
    )


def _read(state: State, receipt: Receipt, way: ReadAs, aggregate_hash: str | None) -> Iterator[Interpreted]:
    """Read a delivery, or what its answers say together, while what has been read goes into the warehouse."""
    if aggregate_hash is not None:
        kept = SurveyAggregate.model_validate_json(state.store.get(aggregate_hash))
        return iter([estimates_among(kept)])
    return read_ahead(read_delivery(_opened(state, receipt), receipt, way.readable, way.corrections))


def _opened(state: State, receipt: Receipt) -> Opened:
    return partial(state.store.reading, receipt.content_hash)


def _restore_lost(
    connection: sa.Connection, complete: set[str], state: State, ledger: Ledger, agreement_id: str
) -> None:
    """Load again, under the contracts of their time, the loads that the ledger knows and the warehouse lacks.

    They are complete from then on.
    """
    receipts = {receipt.delivery_id: receipt for receipt in ledger.receipts()}
    for load in ledger.loads().values():
        if load.load_id in complete:
            continue
        receipt = receipts[load.delivery_id]
        incoming = IncomingLoad(load.load_id, agreement_id, receipt, partial(_read_again, state, receipt, load))
        try:
            add_load(connection, incoming, state.warehouse)
        except DeliveryHeldError as error:
            raise LofteError(
                f"{agreement_id}: load {load.load_id} was accepted once and can no longer be read: {error}"
            ) from error
        complete.add(load.load_id)


def _read_again(state: State, receipt: Receipt, load: Load) -> Iterator[Interpreted]:
    if load.is_context:
        return iter([read_again(receipt, load, state.store)])
    return _read(state, receipt, as_it_was_read(load, state.store), load.aggregate_hash)
