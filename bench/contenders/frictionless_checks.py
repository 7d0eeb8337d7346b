"""Frictionless by a schema: validates and tells which rows break what; nothing is loaded or counted."""

import json
import re
from pathlib import Path

from bench.export import FIRST_DAY, LAST_DAY, MUNICIPALITIES, TYPES
from bench.job import Clock, Contender, Found, Job

RESULT = "errors.json"
ERRORS_MAX = 1_000_000
REASONS = {"datum": "impossible_date", "typ": "unknown_type", "antal": "fraction", "id": "repeated_id"}


def _prepare() -> Job:
    from frictionless import Dialect, Resource, Schema
    from frictionless.formats import CsvControl

    fields = [
        {"name": "id", "type": "string", "constraints": {"unique": True, "required": True}},
        {"name": "datum", "type": "date", "constraints": {"minimum": FIRST_DAY, "maximum": LAST_DAY}},
        {"name": "kommun", "type": "string", "constraints": {"enum": list(MUNICIPALITIES)}},
        {"name": "omrade", "type": "string"},
        {"name": "typ", "type": "string", "constraints": {"enum": list(TYPES)}},
        {"name": "antal", "type": "integer", "constraints": {"minimum": 0, "maximum": 9_999_999}},
        {"name": "alder", "type": "string"},
        {"name": "anteckning", "type": "string"},
    ]

    def job(export: Path, folder: Path, clock: Clock) -> None:
        resource = Resource(
            path=export.name,
            basepath=str(export.parent),
            dialect=Dialect(controls=[CsvControl(delimiter=";")]),
            schema=Schema.from_descriptor({"fields": fields}),
        )
        with clock.stage("check"):
            report = resource.validate(limit_errors=ERRORS_MAX)
        errors = report.flatten(["rowNumber", "fieldName", "type", "note"])
        (folder / RESULT).write_text(json.dumps(errors), "utf-8")

    return job


def _found(folder: Path) -> Found:
    """Read the rows of errors; of a repeated id, the row that had it first stands in the words of the error."""
    set_aside: dict[int, str] = {}
    for row, name, _kind, note in json.loads((folder / RESULT).read_text("utf-8")):
        set_aside[int(row)] = REASONS.get(name, str(name))
        first = re.search(r"row at position (\d+)", str(note))
        if name == "id" and first:
            set_aside[int(first.group(1))] = REASONS[name]
    return Found(set_aside)


FRICTIONLESS = Contender(("frictionless",), _prepare, _found, validates_only=True)
