"""How a delivery is read: by which contract, with which accepted header and corrections; all of a load's identity."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from archive.ledger import Ledger
from archive.store import Store
from methods.attested_zeros import attested_of
from methods.header_diff import header_hash
from schemas.contract import AcceptedHeader, ReadableContract, TotalContract, indicator_keys
from schemas.corrections import CORRECTIONS, Correction, corrections_bytes
from schemas.delivery import NO_CORRECTIONS, Load, Receipt, load_id_of
from schemas.errors import HeaderDriftError

T = TypeVar("T")


@dataclass(frozen=True)
class ReadAs:
    """A contract and corrections, and the hashes under which the store keeps them."""

    readable: ReadableContract
    corrections: list[Correction]
    contract_hash: str
    corrections_hash: str

    def load_id(self, receipt: Receipt) -> str:
        """Return the id of the load that a delivery becomes when it is read so."""
        return load_id_of(receipt.delivery_id, self.contract_hash, self.corrections_hash)

    def accepts(self, header: list[str]) -> bool:
        """Tell whether it is for deliveries with this header, which is not the contract's."""
        accepted = self.readable.accepted_header
        return accepted is not None and accepted.header_hash == header_hash(header)


def ways_to_read(
    receipt: Receipt, contract: ReadableContract, ledger: Ledger, corrections: list[Correction], store: Store
) -> list[ReadAs]:
    """List how a delivery may be read: as the contract says, or with a header that has been accepted.

    Which of them it is follows from the delivery's own header, so that an accepted one makes no new load of
    deliveries that have the contract's.
    """
    readable = _as_attested(receipt, contract, ledger, store)
    accepted = ledger.accepted_drift(receipt.source_id)
    headers = [AcceptedHeader(header_hash=item.header_hash, renames=item.renames) for item in accepted]
    corrections_hash = store.put(corrections_bytes(corrections)) if corrections else NO_CORRECTIONS
    ways = [readable, *(readable.model_copy(update={"accepted_header": header}) for header in headers)]
    return [ReadAs(way, corrections, store.put(way.model_dump_json().encode()), corrections_hash) for way in ways]


def _as_attested(receipt: Receipt, readable: ReadableContract, ledger: Ledger, store: Store) -> ReadableContract:
    """Return how a delivery is read, which may attest zero of less than the contract counts by now."""
    own = (load.contract_hash for load in ledger.loads().values() if load.delivery_id == receipt.delivery_id)
    first = next(own, None)
    if first is None or not receipt.attests_zero or not isinstance(readable.contract, TotalContract):
        return readable
    then = ReadableContract.model_validate_json(store.get(first))
    now = indicator_keys(readable.contract)
    attested = attested_of(now, indicator_keys(then.contract))
    if attested.issuperset(now.values()):
        return readable
    return readable.model_copy(update={"zero_is_attested_of": sorted(attested)})


def by_its_header(ways: list[ReadAs], read: Callable[[ReadAs], T]) -> T:
    """Read a delivery in the first way or, where its header has been accepted, with that header.

    Raises:
        HeaderDriftError: when its header is neither.
    """
    try:
        return read(ways[0])
    except HeaderDriftError as error:
        for way in ways[1:]:
            if way.accepts(error.header):
                return read(way)
        raise


def contracts_of(loads: Iterable[Load], store: Store) -> dict[str, ReadableContract]:
    """Return the contract by which each load was read, by the load's id; loads of context have none."""
    hashes = {load.load_id: load.contract_hash for load in loads if not load.is_context}
    kept = {key: ReadableContract.model_validate_json(store.get(key)) for key in set(hashes.values())}
    return {load_id: kept[key] for load_id, key in hashes.items()}


def as_it_was_read(load: Load, store: Store) -> ReadAs:
    """Return how a load was read, from what was kept of its time."""
    readable = ReadableContract.model_validate_json(store.get(load.contract_hash))
    return ReadAs(readable, corrections_of_load(load, store), load.contract_hash, load.corrections_hash)


def corrections_of_load(load: Load, store: Store) -> list[Correction]:
    """Return the corrections that a load was read with."""
    if load.corrections_hash == NO_CORRECTIONS:
        return []
    return CORRECTIONS.validate_json(store.get(load.corrections_hash))
