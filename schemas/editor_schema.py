"""The JSON Schema of agreement.toml, for editors that complete keys and mark faults while a person writes."""

import json
from pathlib import Path

from schemas.agreement import Agreement

PATH = Path(__file__).parent / "agreement.schema.json"


def editor_schema() -> str:
    """Return the schema as text."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Agreement.model_json_schema()}
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    PATH.write_text(editor_schema(), "utf-8")
