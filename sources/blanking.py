"""A delivery's rows looked at for personal data, and blanked where there seems to be some, by its contract's layout."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from archive.store import Draft, DraftContent
from methods.personal_data_scan import CellFinder
from schemas.blanking import Blanking
from schemas.content import Content, HashingReader, JoinedPieces, Readable
from schemas.contract import Contract, expected_headers
from schemas.layout import CsvDialect, JsonRecords, Layout, XlsxSheet
from sources.blanking_csv import CsvBlanker
from sources.blanking_json import blank_json
from sources.blanking_xlsx import blank_xlsx
from sources.zip_archive import open_archive, opened_member, read_member, write_archive


@dataclass(frozen=True)
class Looked:
    """What was found in a delivery, and what may be kept of it, with its SHA-256."""

    finds: Blanking
    copy: Content
    copy_digest: str


def blank_rows(content: Content, contract: Contract, draft: Draft | None = None) -> Looked:
    """Look at a delivery, and blank every row that seems to hold personal data; as it came where there is none.

    Every other row stays on its line, and the same delivery always gives the same bytes.

    Args:
        content: the delivery.
        contract: says how it looks.
        draft: gets what may be kept of a CSV, as soon as it has been looked at; nothing else is ever on disk.

    Raises:
        DeliveryHeldError: when it cannot be read as its layout says, and so cannot be looked at.
    """
    layout, expected = contract.layout, expected_headers(contract)
    if contract.zip is not None:
        whole = content.whole()
        found = _blank_archive(whole, contract.zip.member, layout, expected)
    elif isinstance(layout, CsvDialect):
        return _blank_stream(content, lambda: CsvBlanker(layout, expected), draft)
    else:
        whole = content.whole()
        found = _blank(whole, layout, expected)
    if not found.cells:
        return Looked(found, content, hashlib.sha256(whole).hexdigest())
    copy = Content.of(found.content)
    return Looked(replace(found, content=b""), copy, copy.sha256())


def _blank_stream(content: Content, new_blanker: Callable[[], CsvBlanker], draft: Draft | None) -> Looked:
    """Look at a file piece by piece; without a draft, its copy is made anew as often as it is read."""
    blanker, size = new_blanker(), 0
    with content.opened() as file:
        original = HashingReader(file)
        for piece in blanker.pieces(original):
            size += len(piece)
            if draft is not None and blanker.elsewhere is None:
                draft.write(piece)
    finds = Blanking(b"", tuple(blanker.cells), blanker.row_count, blanker.elsewhere)
    if finds.elsewhere is not None:
        return Looked(finds, content, original.sha256)
    copy = content if draft is None else DraftContent.of_draft(draft)
    if not finds.cells:
        return Looked(finds, copy, original.sha256)
    if draft is not None:
        return Looked(finds, copy, copy.sha256())

    @contextmanager
    def opened() -> Iterator[Readable]:
        with content.opened() as file:
            yield JoinedPieces(new_blanker().pieces(file))

    copy = Content(size, opened)
    return Looked(finds, copy, copy.sha256())


def _blank_archive(content: bytes, member: str, layout: Layout, expected: list[str]) -> Blanking:
    find = CellFinder()
    loose = [kind for text in open_archive(content).loose_texts if (kind := find(text)) is not None]
    if isinstance(layout, CsvDialect):
        found = _blank_packed_csv(content, member, lambda: CsvBlanker(layout, expected))
    else:
        inner = _blank(read_member(content, member), layout, expected)
        found = replace(inner, content=write_archive([(member, [inner.content])]) if inner.cells else content)
    return replace(found, content=content, elsewhere=("the archive's directory", loose[0])) if loose else found


def _blank_packed_csv(content: bytes, member: str, new_blanker: Callable[[], CsvBlanker]) -> Blanking:
    """Look at a CSV as it is unpacked; only where something is found is it unpacked once more, to be packed blanked."""
    blanker = new_blanker()
    with opened_member(content, member) as file:
        deque(blanker.pieces(file), maxlen=0)
    finds = Blanking(content, tuple(blanker.cells), blanker.row_count, blanker.elsewhere)
    if not finds.cells or finds.elsewhere is not None:
        return finds
    with opened_member(content, member) as file:
        return replace(finds, content=write_archive([(member, new_blanker().pieces(file))]))


def _blank(content: bytes, layout: XlsxSheet | JsonRecords, expected: list[str]) -> Blanking:
    return (
        blank_xlsx(content, layout, expected)
        if isinstance(layout, XlsxSheet)
        else blank_json(content, layout, expected)
    )
