"""Every publisher of context: what is asked for, what may be kept of an answer, and how it is read."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from archive.store import Store
from methods.interpret import Interpreted
from methods.months import add_months, month_of, months_between
from methods.personal_data import find_in_cell
from schemas.context import BraFiles, ContextContract, ContextSource, Kolada, PoliceEvents, ReadableContext, ScbTable
from schemas.delivery import Load, Receipt
from schemas.errors import DeliveryHeldError, FetchError, PersonalDataError
from sources import bra_files, kolada, police_events, scb_table
from sources.context_json import answers_in, texts_in
from sources.csv_table import read_csv

PAGES_MAX = 100


@dataclass(frozen=True)
class Request:
    """One thing asked of a publisher: the addresses that together answer it, and the months it is about."""

    name: str
    addresses: list[str]
    covers_from: str
    covers_to: str
    may_be_absent: bool = False


def requests_of(source: ContextSource, municipalities: list[str], on: date) -> list[Request]:
    """List what is asked of a source on a day.

    Raises:
        DeliveryHeldError: when more is asked for than the publisher answers with.
    """
    contract, location = source.contract, source.location
    if isinstance(contract, PoliceEvents):
        month = month_of(on)
        return [Request("events.json", [police_events.address_of(location, contract)], month, month)]
    if isinstance(contract, Kolada):
        years = sorted(contract.years)
        addresses = kolada.addresses_of(location, contract, municipalities)
        return [Request("data.json", addresses, f"{years[0]}-01", f"{years[-1]}-12")]
    if isinstance(contract, ScbTable):
        periods = sorted(period.replace("M", "-") for period in contract.periods)
        address = scb_table.address_of(location, contract, municipalities)
        return [Request(f"{contract.table}.json", [address], _first(periods[0]), _last(periods[-1]))]
    return [_file_of(contract, location, month) for month in _months_until(contract, on)]


def fetch_answer(request: Request, source: ContextSource, get: Callable[[str], bytes | None]) -> bytes | None:
    """Return all answers to a request, one after the other as received; None where nothing has changed.

    Args:
        request: what is asked for.
        source: of whom.
        get: fetches an address.

    Raises:
        DeliveryHeldError: when a page cannot be read.
        FetchError: when the pages do not come to an end.
    """
    if not isinstance(source.contract, Kolada):
        return get(request.addresses[0])
    pages: list[bytes] = []
    waiting, asked = list(request.addresses), set[str]()
    while waiting:
        url = waiting.pop(0)
        if url in asked or len(asked) == PAGES_MAX:
            raise FetchError(f"{request.name}: the pages do not come to an end; ask the publisher")
        asked.add(url)
        page = get(url)
        if page is None:
            raise FetchError(f"{request.name}: a page was not sent; run again later")
        pages.append(page)
        following = kolada.next_address(page, url)
        waiting = ([following] if following else []) + waiting
    return b"\n".join(pages)


def without_personal_data(content: bytes, source: ContextSource) -> bytes:
    """Return what may be kept of an answer: all of it, or events with their personal texts blanked.

    Raises:
        PersonalDataError: when another publisher's answer seems to hold personal data; it is not kept.
        DeliveryHeldError: when the answer cannot be read, and so cannot be looked at.
    """
    try:
        return _looked_at(content, source.contract)
    except RecursionError as error:
        raise DeliveryHeldError("the answer is nested too deeply to be looked at; ask the publisher") from error


def _looked_at(content: bytes, contract: ContextContract) -> bytes:
    if isinstance(contract, PoliceEvents):
        answers = answers_in(content)
        if not any(answers):
            raise DeliveryHeldError("the answer holds no records; that is never read as zero. See to what is asked for")
        has_any = [police_events.blank_personal_texts(answer) for answer in answers]
        return b"\n".join(map(_json, answers)) if any(has_any) else content
    texts = _names_in(content, contract) if isinstance(contract, BraFiles) else _all_texts(content)
    kind = next((kind for text in texts if (kind := find_in_cell(text)) is not None), None)
    if kind is not None:
        raise PersonalDataError(f"the answer seems to hold personal data ({kind}); it was not kept. Ask the publisher.")
    return content


def read_context(content: bytes, receipt: Receipt, readable: ReadableContext) -> Interpreted:
    """Read a kept answer by its contract.

    Raises:
        DeliveryHeldError: when it cannot be trusted as a whole.
    """
    contract = readable.contract
    if isinstance(contract, PoliceEvents):
        return police_events.read_events(content, readable)
    if isinstance(contract, Kolada):
        return kolada.read_kolada(content, readable)
    if isinstance(contract, ScbTable):
        return scb_table.read_table(content, readable)
    return bra_files.read_month(content, receipt.covers_to, readable)


def _names_in(content: bytes, contract: BraFiles) -> list[str]:
    headers = [contract.municipality_column, *(series.column for series in contract.series)]
    return [str(name) for name in read_csv(content, contract.csv, headers).cells[contract.municipality_column]]


def _all_texts(content: bytes) -> list[str]:
    return [text for answer in answers_in(content) for text in texts_in(answer)]


def _months_until(contract: BraFiles, on: date) -> list[str]:
    last = add_months(month_of(on), -1)
    return list(months_between(contract.first_month, last)) if contract.first_month <= last else []


def _file_of(contract: BraFiles, location: str, month: str) -> Request:
    name = contract.file_pattern.format(month=month)
    return Request(name, [f"{location.rstrip('/')}/{quote(name)}"], month, month, may_be_absent=True)


def _first(period: str) -> str:
    return period if len(period) == 7 else f"{period}-01"


def _last(period: str) -> str:
    return period if len(period) == 7 else f"{period}-12"


def _json(answer: Any) -> bytes:
    def number(value: object) -> float:
        if isinstance(value, Decimal):
            return float(value)
        raise DeliveryHeldError("the answer cannot be written anew")

    return json.dumps(answer, ensure_ascii=False, default=number).encode()


def read_again(receipt: Receipt, load: Load, store: Store) -> Interpreted:
    """Read a kept answer as it was read when it was loaded.

    Raises:
        DeliveryHeldError: when it can no longer be read so.
    """
    readable = ReadableContext.model_validate_json(store.get(load.contract_hash))
    return read_context(store.get(receipt.content_hash), receipt, readable)
