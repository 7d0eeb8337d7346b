"""The XML parts of a workbook, read as a stream; what can make XML dangerous is refused."""

from collections.abc import Callable, Iterable
from xml.parsers import expat

from schemas.errors import DeliveryHeldError

Attributes = dict[str, str]
# All that expat itself reads; of any other it would ask the program.
_ENCODINGS = {"UTF-8", "UTF-16", "US-ASCII", "ISO-8859-1"}
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
DOCUMENT_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELATION = "http://schemas.openxmlformats.org/package/2006/relationships "


def parse_xml(
    blocks: Iterable[bytes],
    start: Callable[[str, Attributes], None],
    end: Callable[[str], object] | None = None,
    text: Callable[[str], object] | None = None,
    comment: Callable[[str], None] | None = None,
) -> None:
    """Call back for each element, by namespace and name with a space between.

    Args:
        blocks: the part.
        start: takes each element's name and attributes.
        end: takes its name.
        text: takes what stands between elements.
        comment: takes what else a part says: comments, processing instructions, and the namespaces that it declares.

    Raises:
        DeliveryHeldError: when it is no XML, or has a document type.
    """
    parser = new_parser()
    parser.buffer_text = True
    parser.StartElementHandler = start
    if end is not None:
        parser.EndElementHandler = end
    if text is not None:
        parser.CharacterDataHandler = text
    if comment is not None:
        parser.CommentHandler = comment
        parser.ProcessingInstructionHandler = lambda target, data: comment(f"{target} {data}")
        parser.StartNamespaceDeclHandler = lambda prefix, uri: comment(f"{prefix or ''} {uri or ''}")
    try:
        for block in blocks:
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise DeliveryHeldError("the workbook is damaged: a part of it is no XML; ask for the file again") from error


def new_parser() -> expat.XMLParserType:
    """Return a parser that refuses what can make XML dangerous."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.XmlDeclHandler = _refuse_encoding
    return parser


def _refuse_encoding(_: str, encoding: str | None, __: int) -> None:
    if encoding is not None and encoding.upper() not in _ENCODINGS:
        raise DeliveryHeldError(
            "the workbook is damaged: a part of it is in an unknown encoding; ask for the file again"
        )


def _refuse_document_type(*_: object) -> None:
    raise DeliveryHeldError("the workbook holds a document type, which no spreadsheet program writes; ask for it again")
