"""`lofte explain`: a figure's way back, on the terminal."""

from rich.console import Console

from archive.state import State
from publication.release_files import RULES_VERSION
from schemas.addresses import record_of, row_address, set_aside_address
from schemas.delivery import Receipt
from schemas.settings import read_settings
from schemas.target import is_surveyed
from tasks.explain import DeliveryBehind, Explanation, explain_figure
from warehouse.lock import one_writer

CONSOLE = Console(highlight=False, soft_wrap=True)


def explain_published(asked: str) -> int:
    """Print how a figure came about."""
    settings = read_settings()
    state = State(settings.state, settings.warehouse_address)
    with one_writer(state.lock_path, settings.lock_wait_seconds):
        explanation = explain_figure.fn(asked, state)
    for line in _lines(explanation):
        CONSOLE.print(line, markup=False)
    return 0


def _lines(explanation: Explanation) -> list[str]:
    row, target, release = explanation.row, explanation.target, explanation.release
    lines = [
        f"Figure    {row['figure_id']}",
        f"Release   {release.release_id}, state after {release.as_of_month}, published {release.published_on}",
        f"Promised  {explanation.activity.text_sv}",
    ]
    if release.inputs.rules_version != RULES_VERSION:
        lines.append(
            f"Rules     version {release.inputs.rules_version} then and {RULES_VERSION} now, by which the rows are "
            "told: they may be others"
        )
    if row["is_example"]:
        lines.append("Example   PÅHITTAD: the figure is invented")
    if target is not None:
        lines += [
            f"Target    {target.comparison}{_number_of_target(row)} ({target.wording_sv})",
            f"Reading   {row['reading_sv']}{'' if row['is_rated_reading'] else ' (not the rated one)'}",
        ]
    lines += [
        f"Period    {row['period_label_sv']}: {row['period_start_on'] or '?'} to {row['period_end_on'] or '?'}",
        f"Actual    {_actual(row)}",
        f"Status    {_status(row)}: {row['status_reason_sv'] or '-'}",
        f"Counted   {_counted_by(explanation)}; {_deliveries(row)}",
        f"Source    {row['source_url'] or '-'}",
    ]
    for behind in explanation.deliveries:
        receipt, load = behind.receipt, behind.load
        months = f"{receipt.covers_from}..{receipt.covers_to}"
        lines += [
            f"Rows      {receipt.source_id} {months}: {receipt.file_name}{_rows(behind)}",
            f"          load {load.load_id}, contract {load.contract_hash[:12]}, {load.set_aside_rows} rows set aside",
            *_handed_over(receipt),
            f"          received {receipt.received_on}, kept as {receipt.content_hash[:12]} ({receipt.fetched_at})",
        ]
        lines += [f"          set aside: {set_aside_address(item, behind.layout)}" for item in behind.set_aside]
        lines += [
            f"          corrected: {row_address(item.line, behind.layout)}, column {item.column}, "
            f"by {item.office} on {item.decided_on}: {item.reason_sv}"
            for item in behind.corrections
        ]
    return lines


def _rows(behind: DeliveryBehind) -> str:
    """Say which lines of a delivery count, or that none does; nothing of what stands on no line."""
    if behind.lines_count:
        untold = behind.lines_count - len(behind.lines)
        more = f" and {untold} more" if untold else ""
        records = [str(record) for line in behind.lines if (record := record_of(line, behind.layout)) is not None]
        told = f" (records {', '.join(records)})" if records else ""
        return f", lines {', '.join(map(str, behind.lines))}{told}{more}"
    if behind.receipt.attests_zero:
        return ", without rows: zero is attested"
    return "" if behind.lines_count is None else ", 0 rows of it count here"


def _handed_over(receipt: Receipt) -> list[str]:
    """Say which office handed a delivery over, and who typed it in."""
    if receipt.office is None:
        return []
    keyed = f", typed in alike by {' and '.join(receipt.keyed_by)}" if receipt.keyed_by else ""
    return [f"          handed over by {receipt.office}, registration number {receipt.registration_number}{keyed}"]


def _status(row: dict[str, object]) -> str:
    by_rule = f"{row['rule_status'] or '-'} by rule {row['status_rule'] or '-'}"
    return f"{row['status']} by an office's decision, {by_rule}" if row["is_override"] else by_rule


def _number_of_target(row: dict[str, object]) -> str:
    return "" if row["target_value"] is None else f" {row['target_value']}"


def _counted_by(explanation: Explanation) -> object:
    return "by a survey" if is_surveyed(explanation.target) else explanation.row["counted_by"]


def _deliveries(row: dict[str, object]) -> str:
    return f"{row['deliveries_received'] or 0} of {row['deliveries_due'] or 0} deliveries due have come"


def _actual(row: dict[str, object]) -> str:
    if row["actual_value"] is None:
        return f"none ({row['value_status']})"
    high = "∞" if row["actual_high"] is None else row["actual_high"]
    return f"{row['actual_qualifier']} {row['actual_value']} [{row['actual_low']}, {high}], {row['value_status']}"
