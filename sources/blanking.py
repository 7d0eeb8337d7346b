"""A delivery's rows looked at for personal data, and blanked where there seems to be some, by its contract's layout."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from archive.store import Draft, DraftContent
from methods.personal_data import CellFinder
from schemas.blanking import Blanking
from schemas.content import Content, HashingReader, JoinedPieces, Readable
from schemas.contract import Contract, expected_headers
from schemas.layout import CsvDialect, XlsxSheet
from sources.blanking_csv import CsvBlanker, blank_csv
from sources.blanking_json import blank_json
from sources.blanking_xlsx import blank_xlsx
from sources.zip_archive import open_archive, read_member, write_archive


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
    if isinstance(layout, CsvDialect) and contract.zip is None:
        return _blank_stream(content, lambda: CsvBlanker(layout, expected), draft)
    whole = content.whole()
    found = _blank_archive(whole, contract) if contract.zip else _blank(whole, contract)
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


def _blank_archive(content: bytes, contract: Contract) -> Blanking:
    find = CellFinder()
    member = contract.zip.member if contract.zip else ""
    loose = [kind for text in open_archive(content).loose_texts if (kind := find(text)) is not None]
    inner = _blank(read_member(content, member), contract)
    if loose:
        return replace(inner, content=content, elsewhere=("the archive's directory", loose[0]))
    return replace(inner, content=write_archive([(member, [inner.content])]) if inner.cells else content)


def _blank(content: bytes, contract: Contract) -> Blanking:
    layout, expected = contract.layout, expected_headers(contract)
    if isinstance(layout, CsvDialect):
        return blank_csv(content, layout, expected)
    if isinstance(layout, XlsxSheet):
        return blank_xlsx(content, layout, expected)
    return blank_json(content, layout, expected)
