"""An XML part of a workbook with the contents of some of its elements taken out, and every other byte as it was."""

from collections.abc import Callable, Iterable, Iterator
from xml.parsers import expat

from schemas.errors import DeliveryHeldError
from sources.xlsx_xml import Attributes, new_parser

IsCut = Callable[[str, Attributes], bool]


def without_contents(
    blocks: Iterable[bytes], is_cut: IsCut, inside: Callable[[str, Attributes], None]
) -> Iterator[bytes]:
    """Yield a part block by block, in memory that does not grow with it.

    What stands before the first element within an element that is cut stays; nothing is ever added, so the part's
    encoding does not matter.

    Args:
        blocks: the part.
        is_cut: tells of an element, by name and attributes, whether its contents go; asked of none within such a one.
        inside: is shown each element that goes.

    Raises:
        DeliveryHeldError: when it is no XML, or has a document type.
    """
    cutter = _Cutter(is_cut, inside)
    try:
        for block in blocks:
            yield cutter.take(block, is_last=False)
        yield cutter.take(b"", is_last=True)
    except expat.ExpatError as error:
        raise DeliveryHeldError("the workbook is damaged: a part of it is no XML; ask for the file again") from error


class _Cutter:
    """Keep what has been read and not yet been handed on, and where within it something is cut."""

    def __init__(self, is_cut: IsCut, inside: Callable[[str, Attributes], None]) -> None:
        self._is_cut = is_cut
        self._inside = inside
        self._parser = new_parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._waiting = bytearray()
        self._offset = 0
        self._seen = 0
        self._depth = 0
        self._cut_depth: int | None = None
        self._cut_from: int | None = None
        self._cuts: list[tuple[int, int]] = []

    def take(self, block: bytes, *, is_last: bool) -> bytes:
        """Read on, and return what is known to stay."""
        self._waiting += block
        self._parser.Parse(block, is_last)
        if is_last:
            return self._hand_on(self._offset + len(self._waiting))
        return self._hand_on(self._seen if self._cut_from is None else self._cut_from)

    def _hand_on(self, end: int) -> bytes:
        kept: list[bytes] = []
        at = self._offset
        for start, stop in self._cuts:
            kept.append(bytes(self._waiting[at - self._offset : start - self._offset]))
            at = stop
        kept.append(bytes(self._waiting[at - self._offset : end - self._offset]))
        del self._waiting[: end - self._offset]
        self._offset = end
        self._cuts.clear()
        return b"".join(kept)

    def _start(self, name: str, attributes: Attributes) -> None:
        self._seen = self._parser.CurrentByteIndex
        self._depth += 1
        if self._cut_depth is not None:
            self._inside(name, attributes)
            if self._cut_from is None:
                self._cut_from = self._seen
        elif self._is_cut(name, attributes):
            self._cut_depth = self._depth

    def _end(self, _name: str) -> None:
        self._seen = self._parser.CurrentByteIndex
        if self._cut_depth == self._depth:
            if self._cut_from is not None:
                self._cuts.append((self._cut_from, self._seen))
            self._cut_depth = self._cut_from = None
        self._depth -= 1
