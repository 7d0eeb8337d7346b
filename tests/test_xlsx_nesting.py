"""An element of a sheet that stands where none should is refused: its value would be lost, or counted twice."""

import re

import pytest

from schemas.errors import DeliveryHeldError
from sources.xlsx_table import xlsx_texts
from tests.test_xlsx import GOOD, SHEET, held, read, rows
from tests.workbooks import HEADER, ROWS, edited, saved

TEXTS = "xl/sharedStrings.xml"
PLAIN = saved(lambda _: None, [["nr", "antal"], [1, 5], [2, 9]])
CHOICE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
OTHER = "urn:example:other"


def changed(old: str, new: str) -> bytes:
    """Change the sheet of numbers."""
    return edited(PLAIN, SHEET, old, new)


def alternatives(first: str, second: str) -> str:
    """Write two contents of which a reader takes one."""
    return (
        f'<mc:AlternateContent xmlns:mc="{CHOICE}"><mc:Choice xmlns:o="{OTHER}" Requires="o">{first}</mc:Choice>'
        f"<mc:Fallback>{second}</mc:Fallback></mc:AlternateContent>"
    )


ROW_3 = '<row r="3"><c r="A3" t="n"><v>2</v></c><c r="B3" t="n"><v>9</v></c></row>'
MISPLACED = {
    "a row in a row": (changed(f"</row>{ROW_3}", f"{ROW_3}</row>"), "row 2 has the element 'row' where"),
    "a row outside the rows": (
        changed(f"{ROW_3}</sheetData>", f"</sheetData>{ROW_3}"), "what follows row 2 has the element 'row' where"
    ),
    "a cell in a cell": (
        changed('</c><c r="B3" t="n"><v>9</v></c>', '<c r="B3" t="n"><v>9</v></c></c>'), "cell A3 has the element 'c'"
    ),
    "a cell outside any row": (
        changed(ROW_3, '<c r="A3"><v>2</v></c>'), "what follows row 2 has the element 'c' where"
    ),
    "a cell in an unknown element": (
        changed('<c r="B3" t="n"><v>9</v></c>', f'<o:x xmlns:o="{OTHER}"><c r="B3"><v>9</v></c></o:x>'),
        "row 3 has the element 'c' where",
    ),
    "a cell in what is for other programs": (
        changed("</row></sheetData>", '<extLst><ext><c r="C3"><v>9</v></c></ext></extLst></row></sheetData>'),
        "row 3 has the element 'c' where",
    ),
    "a value beside its cell": (changed("<v>9</v></c>", "</c><v>9</v>"), "row 3 has the element 'v' where"),
    "a value in a text": (changed("<v>9</v>", "<is><v>9</v></is>"), "cell B3 has .*one of another kind"),
    "a formula outside a cell": (changed("</row></sheetData>", "<f>1</f></row></sheetData>"), "row 3 has the element"),
    "a text beside its element": (
        changed('t="n"><v>9</v>', 't="inlineStr"><t>9</t>'), "cell B3 has the element 't' where"
    ),
    "two texts": (
        changed('t="n"><v>9</v>', 't="inlineStr"><is><t>9</t></is><is><t>9</t></is>'), "cell B3 has two values"
    ),
    "a number without its element": (changed("<v>9</v>", "9"), "cell B3 has text beside its elements"),
    "text between cells": (changed("</row></sheetData>", "9</row></sheetData>"), "row 3 has text beside its elements"),
    "two rows to choose between": (
        changed(ROW_3, alternatives(ROW_3, ROW_3)), "what follows row 2 has contents to choose between"
    ),
    "two cells to choose between": (
        changed('<c r="B3" t="n"><v>9</v></c>', alternatives('<c r="B3"><v>9</v></c>', '<c r="C3"><v>9</v></c>')),
        "row 3 has contents to choose between",
    ),
    "two values to choose between": (
        changed("<v>9</v>", alternatives("<v>9</v>", "<v>8</v>")), "cell B3 has contents to choose between"
    ),
    "rows in one of two contents": (
        changed(f"{ROW_3}</sheetData>", f"</sheetData>{alternatives(ROW_3, '')}"), "follows row 2 has the element 'row'"
    ),
    "merged cells outside their list": (
        changed("</sheetData>", '</sheetData><mergeCell ref="A2:A3"/>'), "follows row 3 has the element 'mergeCell'"
    ),
    "another kind of part": (
        edited(PLAIN, SHEET, "http://schemas.openxmlformats.org/spreadsheetml/2006/main", OTHER),
        "what follows row 0 begins with an unknown element",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "message"), MISPLACED.values(), ids=MISPLACED.keys())
def test_a_value_that_stands_in_no_cell_of_a_row_is_refused_with_its_place(content: bytes, message: str) -> None:
    said = held(content, expected=["nr", "antal"])
    assert re.search(message, said), said
    with pytest.raises(DeliveryHeldError, match=message):
        list(xlsx_texts(content))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<t>Krogkontroll</t>", "<si><t>Krogkontroll</t></si>"),
        ("<t>Krogkontroll</t>", f'<o:x xmlns:o="{OTHER}"><t>Krogkontroll</t></o:x>'),
        ("<t>Krogkontroll</t>", alternatives("<t>Krogkontroll</t>", "<t>Krogkontroll</t>")),
        ("<t>Krogkontroll</t>", "Krogkontroll"),
        ("<si><t>Krogkontroll</t></si>", "<t>Krogkontroll</t>"),
        ("<t>Krogkontroll</t>", "<rPh><r><t>Krogkontroll</t></r></rPh>"),
    ],
)
def test_a_shared_text_that_stands_where_none_does_is_refused(old: str, new: str) -> None:
    assert "a shared text has " in held(edited(GOOD, TEXTS, old, new))


def test_what_excel_writes_beside_the_cells_is_passed_over() -> None:
    more = '<extLst><ext uri="{0}" xmlns:o="urn:example:other"><o:f>A1</o:f><o:row><o:c>1</o:c></o:row></ext></extLst>'
    control = (
        '<controls><control shapeId="1" name="Knapp"><controlPr><anchor><from><o:row xmlns:o="urn:example:other">1'
        "</o:row></from></anchor></controlPr></control></controls>"
    )
    content = edited(GOOD, SHEET, "</sheetData>", f"</sheetData>{alternatives(control, '')}{more}")
    content = edited(content, SHEET, '<c r="C2"><v>30</v>', f'<c r="C2"><v>30</v>{more}')
    content = edited(content, SHEET, "<v>7</v></c>", f"<v>7</v></c>{more}")
    content = edited(content, TEXTS, "<t>Krogkontroll</t></si>", "<t>Krogkontroll</t></si>\n")
    content = edited(content, TEXTS, "</sst>", f"{more}</sst>")
    assert rows(read(content)) == [[str(cell) for cell in row] for row in ROWS]
    assert HEADER[0] in dict(xlsx_texts(content)).values()
