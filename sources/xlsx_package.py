"""A workbook's parts: which sheets it has, its shared texts, its number formats and its calendar."""

import difflib
import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from methods.header_diff import quotable
from schemas.errors import DeliveryHeldError
from sources.xlsx_nesting import SHARED_TEXTS, Nesting
from sources.xlsx_numbers import digits_shown, is_percent, kind_of_date
from sources.xlsx_xml import DOCUMENT_RELATION, MAIN, PACKAGE_RELATION, Attributes, parse_xml
from sources.zip_archive import Archive

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SHARED, _RUN, _TEXT, _PHONETIC = (MAIN + name for name in ("si", "r", "t", "rPh"))
_BROKEN_TEXT = "the workbook is damaged: a shared text {}; ask for the file again"


@dataclass(frozen=True)
class Sheet:
    """A sheet by name: the part it stands in, and whether a reader of the workbook sees it."""

    name: str
    part: str
    is_hidden: bool
    is_of_cells: bool


@dataclass(frozen=True)
class Style:
    """How a cell shows its number."""

    date_kind: str | None
    number_format: str
    is_percent: bool = False
    digits: int = 0


@dataclass
class Workbook:
    """What is true of all sheets of a workbook."""

    sheets: list[Sheet] = field(default_factory=list)
    styles: list[Style] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    texts_part: str | None = None
    is_1904: bool = False
    is_uncomputed: bool = False


def read_sheets(archive: Archive) -> list[Sheet]:
    """Return only which sheets there are.

    Raises:
        DeliveryHeldError: when it is no workbook of this kind.
    """
    return _main(archive)[0].sheets


def _main(archive: Archive) -> tuple[Workbook, dict[str, str]]:
    """Read a workbook's main part; return with it which other parts there are, by their kind."""
    main = [
        target for kind, target in _relations(archive, "").values() if kind == DOCUMENT_RELATION + "/officeDocument"
    ]
    if len(main) != 1 or main[0] not in archive.names:
        raise DeliveryHeldError(
            "this is no Excel workbook (.xlsx) of the usual kind; ask for the file saved as 'Excel Workbook'"
        )
    workbook = Workbook()
    relations = _relations(archive, main[0])
    _read_main(archive, main[0], relations, workbook)
    return workbook, {kind.rpartition("/")[2]: target for kind, target in relations.values()}


def read_workbook(archive: Archive) -> Workbook:
    """Read what stands beside the sheets.

    Raises:
        DeliveryHeldError: when it is no workbook of this kind.
    """
    workbook, parts = _main(archive)
    if "styles" in parts:
        workbook.styles = _styles(archive.blocks(_part(archive, parts["styles"])))
    if "sharedStrings" in parts:
        workbook.texts_part = _part(archive, parts["sharedStrings"])
        workbook.texts = shared_texts(archive.blocks(workbook.texts_part))
    return workbook


def find_sheet(workbook: Workbook, name: str) -> Sheet:
    """Return the sheet that a contract names.

    Raises:
        DeliveryHeldError: when it is not there or hidden, with the nearest name that is.
    """
    for sheet in workbook.sheets:
        if sheet.name == name:
            if sheet.is_hidden or not sheet.is_of_cells:
                what = "hidden" if sheet.is_hidden else "no sheet of cells"
                raise DeliveryHeldError(f"the sheet {name!r} is {what}; ask the provider for a workbook that shows it")
            return sheet
    names = [sheet.name for sheet in workbook.sheets if quotable(sheet.name) == sheet.name]
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"the nearest name is {near[0]!r}" if near else f"it has {len(workbook.sheets)} others"
    raise DeliveryHeldError(
        f"there is no sheet {name!r} in the workbook; {hint}. Ask the provider for it, or change contract.xlsx.sheet"
    )


def unescaped(text: str) -> str:
    """Return a text with the characters that XML cannot hold.

    >>> unescaped("a_x0007_b_x005F_x0041_")
    'a\\x07b_x0041_'
    """
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def shared_texts(blocks: Iterable[bytes]) -> list[str]:
    """Read the texts that cells share; the runs of a formatted text are one.

    Raises:
        DeliveryHeldError: when a part of a text stands where none does.
    """
    texts = _SharedTexts()
    parse_xml(blocks, texts.start, texts.end, texts.text)
    return texts.found


class _SharedTexts:
    """The texts that cells share, as they are read."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._nesting = Nesting(SHARED_TEXTS, MAIN + "sst")
        self._open, self._usual = self._nesting.open, self._nesting.usual
        self._runs: list[str] = []
        self._is_phonetic = False

    def start(self, name: str, _: Attributes) -> None:
        """Begin an element."""
        if self._usual.get(name) != self._open[-1]:
            fault = self._nesting.fault(name)
            if fault is not None:
                raise DeliveryHeldError(_BROKEN_TEXT.format(fault))
        self._open.append(name)
        if name == _SHARED:
            self._runs.clear()
        elif name == _PHONETIC:
            self._is_phonetic = True

    def end(self, name: str) -> None:
        """End an element."""
        self._open.pop()
        if name == _SHARED:
            self.found.append(unescaped("".join(self._runs)))
        elif name == _PHONETIC:
            self._is_phonetic = False

    def text(self, text: str) -> None:
        """Take text of the element that is open; a guide to how it is read aloud is no part of it."""
        parent = self._open[-1]
        if parent == _TEXT:
            if not self._is_phonetic:
                self._runs.append(text)
        elif parent in {_SHARED, _RUN} and not text.isspace():
            raise DeliveryHeldError(_BROKEN_TEXT.format("has text beside its elements"))


def _read_main(archive: Archive, part: str, relations: dict[str, tuple[str, str]], workbook: Workbook) -> None:
    root: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        root.append(name)
        if name == MAIN + "workbookPr":
            workbook.is_1904 = attributes.get("date1904") in {"1", "true"}
        elif name == MAIN + "calcPr":
            workbook.is_uncomputed = attributes.get("fullCalcOnLoad") in {"1", "true"}
        elif name == MAIN + "sheet":
            kind, target = relations.get(attributes.get(f"{DOCUMENT_RELATION} id", ""), ("", ""))
            workbook.sheets.append(
                Sheet(
                    attributes.get("name", ""),
                    _part(archive, target),
                    attributes.get("state", "visible") != "visible",
                    kind == DOCUMENT_RELATION + "/worksheet",
                )
            )

    parse_xml(archive.blocks(part), start)
    if root[0] != MAIN + "workbook":
        raise DeliveryHeldError(
            "the workbook is of another kind (perhaps Strict Open XML); save it as 'Excel Workbook'"
        )
    names = [sheet.name.casefold() for sheet in workbook.sheets]
    if len(set(names)) < len(names) or len({sheet.part for sheet in workbook.sheets}) < len(names):
        raise DeliveryHeldError("the workbook is damaged: it has one sheet twice; ask for the file again")


def _relations(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Map each relation's id to its kind and the part it leads to."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: Attributes) -> None:
        if name == PACKAGE_RELATION + "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            whole = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[attributes.get("Id", "")] = (attributes.get("Type", ""), whole)

    if path in archive.names:
        parse_xml(archive.blocks(path), start)
    return found


def _part(archive: Archive, name: str) -> str:
    if name not in archive.names:
        raise DeliveryHeldError("the workbook is damaged: a part of it is missing; ask for the file again")
    return name


def _styles(blocks: Iterable[bytes]) -> list[Style]:
    formats: dict[int, str] = {}
    styles: list[Style] = []
    within: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        if name == MAIN + "numFmt":
            formats[int(attributes["numFmtId"])] = attributes["formatCode"]
        elif name == MAIN + "xf" and within[-1:] == [MAIN + "cellXfs"]:
            number = int(attributes.get("numFmtId", "0"))
            shown = formats.get(number, "")
            styles.append(Style(kind_of_date(number, shown), shown, is_percent(number, shown), digits_shown(shown)))
        within.append(name)

    try:
        parse_xml(blocks, start, lambda _: within.pop())
    except (KeyError, ValueError) as error:
        raise DeliveryHeldError("the workbook is damaged: its styles cannot be read; ask for the file again") from error
    return styles
