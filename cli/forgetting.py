"""`lofte forget`: the answers of a delivery deleted by a decision."""

import sys

from archive.deletion import delete_delivery
from archive.state import State
from schemas.agreement_file import chosen_folders, read_agreement
from schemas.settings import read_settings
from warehouse.lock import one_writer


def forget_delivery(agreement_id: str, delivery: str, decision: str, office_id: str) -> int:
    """Delete a delivery's bytes from the store and say what became of them."""
    settings = read_settings()
    state = State(settings.state, settings.warehouse_address)
    agreement = read_agreement(chosen_folders(settings.agreements, [agreement_id])[0]).agreement
    with one_writer(state.lock_path, settings.lock_wait_seconds):
        is_gone = delete_delivery(state, agreement, delivery, decision, office_id)
    said = "deleted" if is_gone else "marked as deleted; its bytes stay, as another delivery has the same"
    sys.stdout.write(f"{agreement_id}: {delivery} {said}\n")
    sys.stdout.write("Delete it at its source too, and every backup that was made before.\n")
    return 0
