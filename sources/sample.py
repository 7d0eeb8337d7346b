"""A sample of an export, looked at to tell how its bytes become cells."""

import codecs
from dataclasses import replace

from methods.toml_text import quoted
from schemas.errors import DeliveryHeldError
from sources.old_workbook import refuse_old_workbook
from sources.sample_csv import csv_sample
from sources.sample_json import json_sample
from sources.sample_layout import Sample, refuse_personal_data
from sources.sample_xlsx import xlsx_sample
from sources.zip_archive import open_archive

_WORKBOOK_PART = "xl/workbook.xml"
_OPEN_DOCUMENT_PART = "mimetype"
_ARCHIVE = b"PK\x03\x04"


def read_sample(content: bytes) -> Sample:
    """Tell a sample's layout, and read it by that.

    Raises:
        PersonalDataError: when it seems to hold personal data; names the column or place, never the text.
        DeliveryHeldError: when it is of no layout that a contract can say, or is damaged.
    """
    if not content.startswith(_ARCHIVE) or _is_workbook(content):
        return _file(content)
    archive = open_archive(content)
    refuse_personal_data(("the archive's directory", text) for text in archive.loose_texts)
    if _OPEN_DOCUMENT_PART in archive.names:
        raise DeliveryHeldError(
            "the file is an OpenDocument file (.ods), which no contract reads; ask for .xlsx or CSV"
        )
    if len(archive.names) != 1:
        raise DeliveryHeldError(f"the archive holds {len(archive.names)} files; a contract reads one")
    name = archive.names[0]
    sample = _file(archive.read(name))
    line = f"zip = {{ member = {quoted(name)} }}\n{sample.layout_line}"
    return replace(sample, layout_line=line)


def _is_workbook(content: bytes) -> bool:
    return _WORKBOOK_PART in open_archive(content).names


def _file(content: bytes) -> Sample:
    refuse_old_workbook(content, ".xlsx without a password, or for CSV")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DeliveryHeldError("the file is UTF-16, which no contract reads; ask for UTF-8, or save it as 'CSV UTF-8'")
    if content.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"<":
        raise DeliveryHeldError("the file is a web page or XML and no table; it may be a page that asks to log in")
    if content.startswith(_ARCHIVE):
        if not _is_workbook(content):
            raise DeliveryHeldError("the archive holds another; a contract reads one file in one archive")
        return xlsx_sample(content)
    if content.removeprefix(codecs.BOM_UTF8).lstrip()[:1] in {b"{", b"["}:
        return json_sample(content)
    return csv_sample(content)
