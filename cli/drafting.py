"""`lofte draft-contract`: a contract proposed from a sample, for a person to read and confirm."""

import sys
from pathlib import Path

from methods.contract_draft import draft_of
from methods.draft_toml import draft_toml
from methods.personal_data import find_in_cell
from methods.sample_texts import SampleTexts
from schemas.errors import PUBLISHED, DeliveryHeldError, SettingsError
from schemas.unconfirmed import CONFIRM
from sources.sample import read_sample


def draft_contract(path: Path) -> int:
    """Print a draft and return the exit status; nothing is written or kept."""
    if find_in_cell(path.name) is not None:
        raise SettingsError("the file's name seems to hold personal data; rename it")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path.name}: cannot be read ({error.strerror})") from error
    try:
        sample = read_sample(content)
        cells, rows = sample.table.cells, sample.table.row_count
        draft = draft_of(SampleTexts(cells, sample.layout.decimal_mark, rows - len(cells)))
    except DeliveryHeldError as error:
        raise DeliveryHeldError(f"{path.name}: {error}") from error
    evidence = f"{path.name}, {rows} rows" if rows != 1 else f"{path.name}, 1 row"
    sys.stdout.write(draft_toml(draft, sample.layout_line, evidence))
    sys.stderr.write(f"lofte: a draft; every line is a guess, and {CONFIRM} is what only a person can say\n")
    return PUBLISHED
