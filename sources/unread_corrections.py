"""Corrections that no load was read with yet, tried on their deliveries: what a run would say, and nothing is kept."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from archive.corrections import UsableCorrections
from archive.ledger import Ledger
from archive.read_as import ReadAs, by_its_header, ways_to_read
from archive.state import State
from archive.store import Store
from methods.corrections import CorrectionsDoNotFitError, corrections_of, misfit_problems
from schemas.agreement_file import AgreementFile
from schemas.cross_checks import resolve_contract
from schemas.delivery import Receipt
from schemas.errors import DeliveryHeldError, LofteError, Problem
from sources.reading import try_corrections


def misfits(file: AgreementFile, state: State, usable: UsableCorrections) -> Iterator[Problem]:
    """Yield what does not fit the deliveries that the next run would put corrections on.

    Only those are opened: what a load was read with fits already.

    Args:
        file: the agreement, with its corrections.
        state: where its deliveries are kept.
        usable: the corrections that name a delivery.
    """
    ledger = state.ledger(file.agreement.id)
    with TemporaryDirectory(prefix="lofte-") as folder:
        scratch = Store(Path(folder), state.store)
        for receipt in ledger.receipts():
            own = corrections_of(receipt, usable.corrections, ledger.written_receipts())
            if not own or _counts_no_more(receipt, file, ledger):
                continue
            readable = resolve_contract(file.agreement, file.agreement.source(receipt.source_id))
            ways = ways_to_read(receipt, readable, ledger, own, scratch)
            accepted = ledger.accepted_loads().get(receipt.delivery_id)
            if accepted is None or accepted.load_id not in {way.load_id(receipt) for way in ways}:
                yield from _tried(file, state, receipt, ways)


def _counts_no_more(receipt: Receipt, file: AgreementFile, ledger: Ledger) -> bool:
    source = file.agreement.source(receipt.source_id)
    return receipt.delivery_id in ledger.deletions() or ledger.is_replaced(receipt, source)


def _tried(file: AgreementFile, state: State, receipt: Receipt, ways: list[ReadAs]) -> list[Problem]:
    """Return what does not fit one delivery; where it is held for another reason, a run says that one only."""
    opened = partial(state.store.reading, receipt.content_hash)

    def tried(way: ReadAs) -> None:
        try_corrections(opened, receipt, way.readable, way.corrections)

    try:
        by_its_header(ways, tried)
    except CorrectionsDoNotFitError as error:
        return misfit_problems(file.corrections, error)
    except DeliveryHeldError:
        pass
    except LofteError as error:  # its bytes are not what the store should have
        return [
            file.corrections.problem(own, "file", f"{receipt.file_name} cannot be read: {error}")
            for own in ways[0].corrections
        ]
    return []
