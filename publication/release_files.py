"""Every file of a release as bytes, none of them from a clock, a path or salt."""

import hashlib
from importlib.metadata import version
from typing import Any

from methods.figure import Figure
from publication.csv_json import csv_bytes, json_bytes
from publication.descriptors import datapackage, table_json, table_json_schema
from publication.edition import Edition
from publication.page import METHOD_PAGE, method_bytes, page_bytes
from publication.workbook import workbook_bytes
from schemas.derive import table_name
from schemas.published import TABLES

# Raised whenever the same inputs would be counted, rated or protected differently.
RULES_VERSION = "15"
PAGE = "index.html"
MANIFEST = "manifest.json"
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def program_version() -> str:
    """Return the version of this program."""
    return version("lofteskollen")


def release_files(edition: Edition, figures: list[Figure]) -> dict[str, bytes]:
    """Return the files of a release by path; the manifest names all the others."""
    files: dict[str, bytes] = {}
    for model in TABLES:
        name = table_name(model)
        files[f"{name}.csv"] = csv_bytes(edition.table(model))
        files[f"{name}.json"] = json_bytes(table_json(edition, model))
        files[f"{name}.schema.json"] = json_bytes(table_json_schema(model))
    csv_files = {model: described(f"{table_name(model)}.csv", files[f"{table_name(model)}.csv"]) for model in TABLES}
    files["datapackage.json"] = json_bytes(datapackage(edition, csv_files))
    files[edition.workbook_name] = workbook_bytes(edition)
    files[PAGE] = page_bytes(edition, figures, [described(path, content) for path, content in files.items()])
    files[METHOD_PAGE] = method_bytes(edition, RULES_VERSION)
    files[MANIFEST] = json_bytes(_manifest(edition, files))
    return files


def described(path: str, content: bytes) -> dict[str, Any]:
    """Describe a published file by what anyone can check."""
    return {
        "path": path,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "media_type": MEDIA_TYPES[path.rsplit(".", 1)[-1]],
    }


def _manifest(edition: Edition, files: dict[str, bytes]) -> dict[str, Any]:
    return {
        "agreement_id": edition.agreement.id,
        "release_id": edition.release_id,
        "title_sv": edition.agreement.title_sv,
        "as_of_month": edition.as_of_month,
        "published_on": edition.published_on,
        "parent": edition.parent,
        "has_examples": edition.has_examples,
        "rules_version": RULES_VERSION,
        "program_version": program_version(),
        "files": [described(path, content) for path, content in files.items()],
    }
