"""Machine-readable descriptions of a release, derived from the tables' one definition."""

from typing import Any

from publication.csv_json import rows_for_json
from publication.edition import LICENSE_NAME, LICENSE_URL, Edition
from schemas.codes import EXAMPLE_MARK, EXAMPLE_NOTICE_SV
from schemas.derive import json_schema, key_of, rows_of, table_name, table_schema, title_en
from schemas.published import Context
from schemas.published_table import PublishedTable

CSV_DIALECT = {"delimiter": ",", "lineTerminator": "\r\n", "header": True}


def table_json(edition: Edition, model: type[PublishedTable]) -> dict[str, Any]:
    """Return a table as JSON: what it is, then its rows."""
    frame = edition.table(model)
    return {
        "name": table_name(model),
        "title_sv": model.to_schema().title,
        "title_en": title_en(model),
        "agreement_id": edition.agreement.id,
        "release_id": edition.release_id,
        "as_of_month": edition.as_of_month,
        "published_on": edition.published_on,
        "license": None if model is Context else LICENSE_URL,  # what others publish has terms of its own in each row
        "has_examples": edition.has_examples,
        **({"notice_sv": f"{EXAMPLE_MARK}: {EXAMPLE_NOTICE_SV}"} if edition.has_examples else {}),
        "primary_key": key_of(model),
        "rows": rows_for_json(frame),
    }


def table_json_schema(model: type[PublishedTable]) -> dict[str, Any]:
    """Return the JSON Schema of a table's JSON file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": model.to_schema().title,
        "type": "object",
        "required": ["name", "agreement_id", "release_id", "rows"],
        "properties": {"rows": {"type": "array", "items": json_schema(model)}},
    }


def datapackage(edition: Edition, csv_files: dict[type[PublishedTable], dict[str, Any]]) -> dict[str, Any]:
    """Return a Data Package 2.0 descriptor.

    Args:
        edition: what is published.
        csv_files: path, bytes and hash of each table's CSV file.
    """
    agreement = edition.agreement
    mark = f"{EXAMPLE_MARK}: " if edition.has_examples else ""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": agreement.id,
        "id": f"{edition.settings.base_url}{agreement.id}/",
        "title": f"{mark}{agreement.title_sv}",
        "description": EXAMPLE_NOTICE_SV if edition.has_examples else agreement.title_en,
        "version": edition.release_id,
        "created": f"{edition.published_on.isoformat()}T00:00:00Z",
        "homepage": f"{edition.settings.base_url}{agreement.id}/latest/",
        "licenses": [{"name": LICENSE_NAME, "path": LICENSE_URL, "title": "Creative Commons Zero 1.0"}],
        "sources": [{"title": agreement.title_sv, "path": agreement.source_url}],
        "contributors": [
            {
                "title": edition.settings.publisher_name,
                "email": edition.settings.contact_email,
                "roles": ["publisher"],
            }
        ],
        "resources": [{**_resource(model, file), **_terms(edition, model)} for model, file in csv_files.items()],
    }


def _terms(edition: Edition, model: type[PublishedTable]) -> dict[str, Any]:
    """Return the terms of a table that others publish; all else is under the package's own."""
    if model is not Context:
        return {}
    rows = rows_of(edition.table(model))
    terms = sorted({(row["license_sv"], row["license_url"] or row["source_url"]) for row in rows})
    return {"licenses": [{"title": title, "path": path} for title, path in terms]} if terms else {}


def _resource(model: type[PublishedTable], file: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": table_name(model),
        "type": "table",
        "title": model.to_schema().title,
        "path": file["path"],
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file["bytes"],
        "hash": f"sha256:{file['sha256']}",
        "dialect": CSV_DIALECT,
        "schema": table_schema(model),
    }
