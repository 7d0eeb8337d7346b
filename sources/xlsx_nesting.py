"""Which element of a workbook's part may stand in which: elsewhere its value would be lost, or counted twice."""

from collections.abc import Mapping

from sources.xlsx_xml import MAIN

_CHOICE = "http://schemas.openxmlformats.org/markup-compatibility/2006 AlternateContent"
_NOTHING = ""
_OF_TEXT = {MAIN + "v", MAIN + "t"}


class Nesting:
    """The elements that are open in a part, outermost first.

    Its reader enters and leaves elements by hand, since a call for each of a million rows would be felt:
    `if usual.get(name) != open[-1]`, it asks what is wrong, then appends the name to `open`, and pops it at the end.
    """

    def __init__(self, parents: Mapping[str, tuple[str, ...]], data: str) -> None:
        """Take what is known of a kind of part.

        Args:
            parents: for each element whose place matters, those that it may stand in; the root in none.
            data: the element within which no choice between contents may stand: a reader would have to know which.
        """
        self.usual = {name: places[0] for name, places in parents.items()}
        self.open = [_NOTHING]
        self._parents = parents
        self._data = data

    def fault(self, name: str) -> str | None:
        """Tell what is wrong with where an element begins; those whose place does not matter may stand anywhere."""
        parent = self.open[-1]
        if parent in _OF_TEXT:
            return "has something else than text within its value"
        if name in self._parents and parent not in self._parents[name]:
            return f"has the element {name.rpartition(' ')[2]!r} where it does not belong"
        if name not in self._parents and parent == _NOTHING:
            return "begins with an unknown element"
        if name == _CHOICE and self._data in self.open:
            return "has contents to choose between (AlternateContent)"
        return None


def parents_of(places: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return elements by the names that they have in a workbook.

    Args:
        places: for each element those that it may stand in, the usual one first, with a space between; the root has
            none.
    """
    return {
        MAIN + name: tuple(MAIN + parent for parent in parents.split()) or (_NOTHING,)
        for name, parents in places.items()
    }


SHEET = parents_of(
    {
        "worksheet": "",
        "sheetData": "worksheet",
        "row": "sheetData",
        "c": "row",
        "f": "c",
        "v": "c",
        "is": "c",
        "r": "is",
        "t": "is r rPh",
        "rPh": "is",
        "mergeCells": "worksheet",
        "mergeCell": "mergeCells",
    }
)
SHARED_TEXTS = parents_of({"sst": "", "si": "sst", "r": "si", "t": "si r rPh", "rPh": "si"})
