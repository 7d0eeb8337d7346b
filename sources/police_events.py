"""The police's events: who asks for them, and how an answer becomes dated events of a type in a municipality.

House rules: https://polisen.se/om-polisen/om-webbplatsen/oppna-data/regler-for-oppna-data/ (how often stands in
sources/call_rate.py). The feed is editorial: what is not there may have happened, and what is there is no activity.
"""

import re
from datetime import datetime
from typing import Any
from urllib.parse import quote

from methods.interpret import Interpreted
from methods.local_time import local_time
from methods.months import month_of
from methods.personal_data import find_in_cell
from schemas.context import PoliceEvents, ReadableContext, series_id_of
from schemas.errors import DeliveryHeldError
from schemas.facts import ContextEvent
from sources.context_json import answers_in, expected
from sources.context_rows import ContextRows, RuleBrokenError

# The hour is not always padded: "2024-01-03 9:13:04 +01:00".
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2}) (\d{1,2})(:\d{2}:\d{2}) ([+-]\d{2}:\d{2})", re.ASCII)


def address_of(location: str, contract: PoliceEvents) -> str:
    """Return the address that answers with the newest events of some places."""
    return f"{location.rstrip('/')}/events?locationname={quote(';'.join(contract.location_names), safe=';')}"


def blank_personal_texts(answer: Any) -> bool:
    """Blank each text of an event that seems to hold personal data, and tell whether there was any.

    Every text is looked at, wherever it stands: a field that the feed gets tomorrow is kept as received too.

    Raises:
        DeliveryHeldError: when the answer is no list of events, or a field's name itself seems to hold such data.
    """
    found = [_blank(record) for record in expected(answer, list, "the list of events")]
    return any(found)


def _blank(part: Any) -> bool:
    found = False
    for key, value in (
        list(part.items()) if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    ):
        if isinstance(key, str) and find_in_cell(key) is not None:
            raise DeliveryHeldError("a field's name seems to hold personal data; the answer was not kept")
        if isinstance(value, str) and find_in_cell(value) is not None:
            part[key] = ""
            found = True
        else:
            found = _blank(value) or found
    return found


def read_events(content: bytes, readable: ReadableContext) -> Interpreted:
    """Read an answer; of an event only its id, day, type and municipality or county are kept.

    Raises:
        DeliveryHeldError: when the answer as a whole cannot be trusted.
    """
    rows = ContextRows()
    records = [record for answer in answers_in(content) for record in expected(answer, list, "the list of events")]
    for line, record in enumerate(records, start=2):
        try:
            rows.facts[line] = _event(record, readable)
        except RuleBrokenError as error:
            rows.refuse(line, error)
    rows.settle_repeated(["event_id"], "id")
    return rows.interpreted(ContextEvent, readable)


def _event(record: Any, readable: ReadableContext) -> dict[str, Any]:
    if not isinstance(record, dict) or not isinstance(record.get("location"), dict):
        raise RuleBrokenError("", "missing_field")
    event_id = record.get("id")
    if not isinstance(event_id, int) or isinstance(event_id, bool) or not 0 < event_id < 2**63:
        raise RuleBrokenError("id", "not_a_whole_number")
    label = readable.types.get(_text(record, "type"))
    if label is None:
        raise RuleBrokenError("type", "unknown_value")
    county, municipality = _place(record, readable.places)
    day = _day(_text(record, "datetime"))
    return {
        "event_id": event_id,
        "occurred_on": day,
        "month": month_of(day),
        "series_id": series_id_of(label),
        "series_label_sv": label,
        "county_code": county,
        "municipality_code": municipality,
    }


def _place(record: dict[str, Any], places: dict[str, str]) -> tuple[str, str | None]:
    """Return county and municipality; where the place is a county the municipality stands at the end of the name."""
    code = places.get(_text(record["location"], "name").strip().casefold())
    if code is None:
        raise RuleBrokenError("location.name", "unknown_value")
    if len(code) == 4:
        return code[:2], code
    named = places.get(_text(record, "name").rsplit(", ", 1)[-1].strip().casefold())
    if named is None:
        raise RuleBrokenError("name", "unknown_value")
    if named[:2] != code:
        raise RuleBrokenError("name", "place_in_another_county")
    return code, named if len(named) == 4 else None


def _day(text: str) -> Any:
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise RuleBrokenError("datetime", "not_a_date")
    day, hour, rest, offset = match.groups()
    try:
        return local_time(datetime.fromisoformat(f"{day}T{hour:0>2}{rest}{offset}")).date()
    except (ValueError, OverflowError) as error:
        raise RuleBrokenError("datetime", "not_a_date") from error


def _text(record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    if not isinstance(value, str) or not value:
        raise RuleBrokenError(key, "missing_value")
    return value
