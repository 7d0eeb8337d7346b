"""Load context: a kept answer is read by its contract and put into the warehouse, once."""

import hashlib
import logging
from dataclasses import dataclass, field

from sqlalchemy import Connection

from archive.ledger import Ledger
from archive.state import State
from methods.interpret import Interpreted
from schemas.agreement_file import AgreementFile
from schemas.cross_checks import resolve_context
from schemas.delivery import NO_CORRECTIONS, Load, Receipt, load_id_of
from schemas.errors import DeliveryHeldError
from schemas.outcome import Held, NewlySetAside
from sources.context import read_context
from tasks import step
from warehouse.engine import opened
from warehouse.loads import IncomingLoad, add_load, complete_load_ids

LOG = logging.getLogger("lofte.load")


@dataclass
class ContextReport:
    """What became of an agreement's kept answers in this run."""

    problems: list[Held] = field(default_factory=list)
    set_aside: list[NewlySetAside] = field(default_factory=list)


@step("load-context")
def load_context(file: AgreementFile, state: State) -> ContextReport:
    """Load the answers that are not loaded yet under the agreement's present contracts."""
    report = ContextReport()
    if not file.agreement.context:
        return report
    ledger = state.ledger(file.agreement.id)
    held: list[tuple[Receipt, Held]] = []
    with opened(state.warehouse) as connection:
        with connection.begin():
            complete = complete_load_ids(connection)
        for source in file.agreement.context:
            content = resolve_context(file.agreement, source).model_dump_json().encode()
            contract_hash = hashlib.sha256(content).hexdigest()
            for receipt in [known for known in ledger.receipts() if known.source_id == source.id]:
                accepted = ledger.accepted_loads().get(receipt.delivery_id)
                load_id = load_id_of(receipt.delivery_id, contract_hash, NO_CORRECTIONS)
                if accepted is not None and accepted.load_id == load_id and load_id in complete:
                    continue
                state.store.put(content)
                try:
                    interpreted = read_context(
                        state.store.get(receipt.content_hash), receipt, resolve_context(file.agreement, source)
                    )
                except DeliveryHeldError as error:
                    start = f"{file.agreement.id}, source {source.id}, load context: {receipt.file_name}"
                    held.append((receipt, Held("load_context", f"{start}: {error}", source.id)))
                    continue
                load = _load(receipt, load_id, contract_hash, interpreted)
                _add(connection, state, ledger, file.agreement.id, receipt, load, interpreted)
                report.set_aside += [
                    NewlySetAside(source.id, receipt.file_name, load_id, row) for row in interpreted.set_aside
                ]
    report.problems += [problem for receipt, problem in held if not ledger.is_replaced(receipt, None)]
    return report


def _load(receipt: Receipt, load_id: str, contract_hash: str, interpreted: Interpreted) -> Load:
    return Load(
        load_id=load_id,
        delivery_id=receipt.delivery_id,
        contract_hash=contract_hash,
        corrections_hash=NO_CORRECTIONS,
        accepted_rows=interpreted.facts.num_rows,
        set_aside_rows=interpreted.set_aside_lines,
        is_context=True,
    )


def _add(
    connection: Connection,
    state: State,
    ledger: Ledger,
    agreement_id: str,
    receipt: Receipt,
    load: Load,
    interpreted: Interpreted,
) -> None:
    incoming = IncomingLoad(load.load_id, agreement_id, receipt, lambda: iter([interpreted]))
    add_load(connection, incoming, state.warehouse)
    accepted = ledger.accepted_loads().get(receipt.delivery_id)
    if accepted is None or accepted.load_id != load.load_id:
        ledger.append(load)
    LOG.info("%s: loaded %s, %d rows set aside", agreement_id, receipt.file_name, load.set_aside_rows)
