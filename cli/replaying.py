"""`lofte replay`: kept deliveries read anew under mended contracts and corrections, exactly once."""

import sys

from archive.state import State
from schemas.agreement_file import chosen_folders, read_agreement
from schemas.errors import HELD, PUBLISHED, SettingsError
from schemas.settings import read_settings
from tasks.load import LoadReport, NewLoad, load_deliveries
from tasks.prepare import prepare_warehouse
from warehouse.lock import one_writer


def replay_deliveries(agreement_id: str, source_id: str | None) -> int:
    """Load what reads differently now, say what became of it, and return the exit status; nothing is released."""
    settings = read_settings()
    (folder,) = chosen_folders(settings.agreements, [agreement_id])
    file = read_agreement(folder)
    sources = [source.id for source in file.agreement.sources]
    if source_id is not None and source_id not in sources:
        raise SettingsError(f"{agreement_id} has no source {source_id!r}; known: {', '.join(sources)}")
    state = State(settings.state, settings.warehouse_address)
    with one_writer(state.lock_path, settings.lock_wait_seconds):
        prepare_warehouse.fn(state)
        report = load_deliveries.fn(file, state, source_id)
    _tell(agreement_id, report)
    return HELD if report.problems else PUBLISHED


def _tell(agreement_id: str, report: LoadReport) -> None:
    for item in report.new_loads:
        sys.stdout.write(f"{item.receipt.source_id}: {item.receipt.file_name}: {_change(item)}\n")
    for problem in report.problems:
        sys.stderr.write(f"lofte: {problem}\n")
    if report.new_loads:
        sys.stdout.write(f"{len(report.new_loads)} loaded anew; `lofte run {agreement_id}` publishes what follows\n")
    elif not report.problems:
        sys.stdout.write("nothing to do: no kept delivery reads differently\n")


def _change(item: NewLoad) -> str:
    before, after = item.before, item.after
    if before is None:
        return f"{after.accepted_rows} rows accepted, {after.set_aside_rows} set aside; it was not loaded before"
    return (
        f"rows accepted {before.accepted_rows} → {after.accepted_rows}, "
        f"set aside {before.set_aside_rows} → {after.set_aside_rows}"
    )
