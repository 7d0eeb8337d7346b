"""Deliveries, what is written down about them, and the entries of the append-only ledger."""

import hashlib
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from schemas.blanking import BlankedCell
from schemas.strict import DECISION_LENGTH_MAX, Identifier, Month, StrictModel, Text, Url

# What must come of a source for a delivery to count no more: another for all of its months, for any of them (it is a
# total, which is never split), or until the same last month (it is a total of the year so far, until then).
Replacement = Literal["all_months", "any_month", "last_month"]


class Sidecar(StrictModel):
    """`FILE.toml` beside a delivery: what the file itself does not say."""

    covers_from: Month | None = None
    covers_to: Month | None = None
    received_on: date | None = None
    transcribed_on: date | None = None
    source_url: Url | None = None
    note_sv: Text | None = None
    is_invented: bool = False
    attests_zero: bool = Field(default=False, description="The provider attests that nothing was done")


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Receipt(_Entry):
    """Bytes kept for one source and whole months.

    Where rows were blanked before anything was kept, `blanked` says which, and `original_hash` is a hash of what came,
    keyed by the state's salt: the same file is known again, and without the salt nobody can try what it said.
    """

    kind: Literal["receipt"] = "receipt"
    source_id: Identifier
    covers_from: Month
    covers_to: Month
    content_hash: str
    size: int
    file_name: str
    address: str
    received_on: date
    source_url: str | None
    is_invented: bool
    attests_zero: bool
    fetched_at: str
    etag: str | None = None
    last_modified: str | None = None
    office: Identifier | None = None
    registration_number: str | None = None
    keyed_by: tuple[str, ...] = ()
    blanked: tuple[BlankedCell, ...] = ()
    original_hash: str | None = None

    @property
    def how(self) -> Literal["fetched", "received", "keyed"]:
        """How it came: taken from its source, handed over by an office, or typed in by two persons."""
        if self.keyed_by:
            return "keyed"
        return "received" if self.office else "fetched"

    @property
    def delivery_id(self) -> str:
        """Bytes × source × months."""
        return short_hash(self.source_id, self.covers_from, self.covers_to, self.content_hash)

    def says_the_same_as(self, other: "Receipt") -> bool:
        """Tell whether two receipts of a delivery differ in nothing but where and when its bytes were found."""
        passing = {"fetched_at", "address", "file_name", "received_on", "etag", "last_modified"}
        return self.model_dump(exclude=passing) == other.model_dump(exclude=passing)


class Keying(_Entry):
    """Figures that one person has typed in; they count when another has typed in the same."""

    kind: Literal["keying"] = "keying"
    receipt: Receipt
    keyed_by: Identifier


class Load(_Entry):
    """A delivery read under one contract, its rows in the warehouse."""

    kind: Literal["load"] = "load"
    load_id: str
    delivery_id: str
    contract_hash: str
    corrections_hash: str
    accepted_rows: int
    set_aside_rows: int
    aggregate_hash: str | None = None
    is_context: bool = False


class Deletion(_Entry):
    """The bytes of a delivery deleted by a decision; receipt, loads and what was estimated from them stay."""

    kind: Literal["deletion"] = "deletion"
    delivery_id: str
    decision: Annotated[Text, Field(max_length=200)]
    office_id: Identifier
    deleted_at: str


class DriftAcceptance(_Entry):
    """An office's decision that deliveries of a source with one other header are read all the same."""

    kind: Literal["drift_acceptance"] = "drift_acceptance"
    source_id: Identifier
    header_hash: str
    renames: dict[str, str]
    office: Identifier
    accepted_on: date
    reason: Annotated[Text, Field(max_length=DECISION_LENGTH_MAX)]


class ReleaseInputs(_Entry):
    """All that a release was made from."""

    load_ids: list[str]
    agreement_hash: str
    decisions_hash: str
    corrections_hash: str
    statements_hash: str
    base_url: str
    publisher_name: str
    contact_email: str
    rules_version: str
    program_version: str


class Release(_Entry):
    """One immutable publication of one agreement; its files lie in the store under their hashes."""

    kind: Literal["release"] = "release"
    release_id: str
    as_of_month: Month
    published_on: date
    parent: str | None
    tables_hash: str
    inputs: ReleaseInputs
    files: dict[str, str]


Entry = Receipt | Keying | Load | Deletion | DriftAcceptance | Release
ENTRY: TypeAdapter[Entry] = TypeAdapter(Annotated[Entry, Field(discriminator="kind")])


def short_hash(*parts: str) -> str:
    """Return 16 hex digits of the SHA-256 of parts that hold no line breaks."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def load_id_of(delivery_id: str, contract_hash: str, corrections_hash: str) -> str:
    """Delivery × contract × corrections."""
    return short_hash(delivery_id, contract_hash, corrections_hash)


NO_CORRECTIONS = hashlib.sha256(b"").hexdigest()
