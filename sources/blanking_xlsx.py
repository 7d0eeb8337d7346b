"""Workbooks in which rows seem to hold personal data: a copy without them, made by the process that reads them."""

from methods.personal_data_scan import CellFinder
from schemas.blanking import BlankedCell, Blanking
from schemas.errors import DeliveryHeldError
from schemas.layout import XlsxSheet
from sources.xlsx_process import workbook_reader
from sources.xlsx_table import xlsx_texts


def blank_xlsx(content: bytes, layout: XlsxSheet, expected: list[str]) -> Blanking:
    """Blank the rows of the contract's sheet; a find anywhere else in the workbook is told as elsewhere.

    Raises:
        DeliveryHeldError: when it cannot be read, or holds what cannot be looked at.
    """
    find = CellFinder()
    first = next(((at, kind) for at, text in xlsx_texts(content) if (kind := find(text)) is not None), None)
    if first is None:
        return Blanking(content)
    try:
        with workbook_reader(content, {"blank": layout.model_dump(), "expected": expected}) as reader:
            head = reader.head
            copy = b"".join(piece for batch in reader.batches() for piece in batch.column(0).to_pylist())
    except DeliveryHeldError:  # it can be looked at and not be rewritten: then nothing of it is kept
        return Blanking(content, elsewhere=first)
    cells = tuple(BlankedCell.model_validate(cell) for cell in head["cells"])
    is_lost = head["is_elsewhere"] or not cells
    return Blanking(copy or content, cells, head["row_count"], first if is_lost else None)
