"""Accept drift: an office decides that deliveries with one other header are read, and the ledger says so for good."""

from datetime import date
from functools import partial

from pydantic import ValidationError

from archive.ledger import Ledger
from archive.state import State
from methods.header_diff import HeaderRule, diff_header, fitted_header, header_hash
from methods.personal_data import find_in_cell
from schemas.agreement import Agreement
from schemas.agreement_file import AgreementFile
from schemas.contract import AcceptedHeader, expected_headers
from schemas.cross_checks import resolve_contract
from schemas.delivery import DriftAcceptance, Receipt
from schemas.errors import HeaderDriftError, SettingsError
from sources.layouts import header_rule, read_batches
from tasks import step

DECIDING_ROLES = {"correct", "approve"}


@step("accept-drift")
def accept_drift(
    file: AgreementFile,
    state: State,
    source_id: str,
    file_name: str,
    renames: dict[str, str],
    office: str,
    accepted_on: date,
    reason: str,
) -> bool:
    """Accept the header of a delivery that is held for it; later deliveries with that header are read too.

    Args:
        file: the agreement.
        state: where the delivery is kept.
        source_id: its source.
        file_name: its file.
        renames: the contract's name of each column that bears another in the file, given with or without the spaces
            at its ends.
        office: who decides.
        accepted_on: when.
        reason: why.

    Returns:
        Whether it is new; the same decision twice is written down once.

    Raises:
        SettingsError: when there is nothing to accept, or it cannot be accepted.
        DeliveryHeldError: when the delivery cannot be read at all.
    """
    _check_office(file.agreement, office)
    ledger = state.ledger(file.agreement.id)
    header = _other_header(file.agreement, state, _delivery(file.agreement, ledger, source_id, file_name))
    renames = _accepted_renames(file.agreement, source_id, header, renames)
    decision = _decision(source_id, header_hash(header), renames, office, accepted_on, reason)
    if decision in ledger.accepted_drift(source_id):
        return False
    ledger.append(decision)
    return True


def _check_office(agreement: Agreement, office: str) -> None:
    deciding = [item.id for item in agreement.offices if DECIDING_ROLES & set(item.roles)]
    if office not in deciding:
        raise SettingsError(
            f"--office {office}: no office of {agreement.id} with that id corrects or approves (those that do: "
            f"{', '.join(deciding) or 'none; give one the role in agreement.toml'})"
        )


def _delivery(agreement: Agreement, ledger: Ledger, source_id: str, file_name: str) -> Receipt:
    sources = [source.id for source in agreement.sources]
    if source_id not in sources:
        raise SettingsError(f"{agreement.id} has no source {source_id!r}; known: {', '.join(sources)}")
    named = [item for item in ledger.receipts() if (item.source_id, item.file_name) == (source_id, file_name)]
    if not named:
        raise SettingsError(
            f"no file of that name has been received from {agreement.id}, source {source_id}; names stand in the "
            "messages of `lofte run`"
        )
    deleted = ledger.deletions()
    kept = [item for item in named if item.delivery_id not in deleted]
    if not kept:
        raise SettingsError(f"{file_name}: has been deleted by a decision; there is nothing to accept")
    return sorted(kept, key=lambda receipt: receipt.received_on)[-1]  # of one day, what was taken in last


def _other_header(agreement: Agreement, state: State, receipt: Receipt) -> list[str]:
    """Return the header of a delivery that is held for it."""
    readable = resolve_contract(agreement, agreement.source(receipt.source_id))
    try:
        next(read_batches(partial(state.store.reading, receipt.content_hash), readable.contract, header_rule(readable)))
    except HeaderDriftError as error:
        return error.header
    raise SettingsError(f"{receipt.file_name}: its columns are those of the contract; there is nothing to accept")


def _accepted_renames(
    agreement: Agreement, source_id: str, header: list[str], renames: dict[str, str]
) -> dict[str, str]:
    """Return the renames by the names as they stand in the file."""
    contract = agreement.source(source_id).contract
    expected = expected_headers(contract)
    diff = diff_header(header, expected)
    found: dict[str, str] = {}
    for new, old in renames.items():
        column = diff.named_column(new)
        if column is None:
            raise SettingsError(f"--rename {new}={old}: the file adds no column of the first name, or more than one")
        if old not in diff.missing:
            raise SettingsError(f"--rename {new}={old}: the file lacks no column of the second name")
        found[column] = old
    accepted = AcceptedHeader(header_hash=header_hash(header), renames=found)
    try:
        fitted_header(header, expected, HeaderRule(dispensable=contract.ignored_columns, accepted=accepted))
    except HeaderDriftError as error:
        raise SettingsError(
            f"{error}. Columns that are not in the contract can be passed over, and one can be read as another by "
            "--rename NEW=OLD; a column that is not there, or is there twice, can only be mended by the provider or "
            "by a change of the contract"
        ) from error
    return found


def _decision(
    source_id: str, accepted_hash: str, renames: dict[str, str], office: str, accepted_on: date, reason: str
) -> DriftAcceptance:
    kind = find_in_cell(reason)
    if kind is not None:
        raise SettingsError(f"--reason seems to hold personal data ({kind}); write it without")
    try:
        return DriftAcceptance(
            source_id=source_id,
            header_hash=accepted_hash,
            renames=renames,
            office=office,
            accepted_on=accepted_on,
            reason=reason,
        )
    except ValidationError as error:
        raise SettingsError(f"--reason: {error.errors()[0]['msg']}") from error
