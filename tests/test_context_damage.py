"""Whatever a publisher's interface answers is read, or refused in words; it never ends the run of an agreement."""

import copy
import json
import tomllib
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.context import ContextSource, ReadableContext, places_of_sweden, police_event_types
from schemas.delivery import Receipt
from schemas.errors import LofteError
from sources.context import read_context, without_personal_data
from sources.kolada import next_address
from tests.test_context import COMMON, KOLADA_CONTRACT, POLICE, SCB_CONTRACT, event, kolada_row, kolada_value

EVENTS = [event(1), event(2, type="Stöld")]
PAGE = {"values": [kolada_row("N07403", 2021, kolada_value("T", 812.5), kolada_value("M", 1.0))], "next_url": None}
TABLE: dict[str, Any] = {
    "id": ["Region", "ContentsCode", "Tid"],
    "size": [1, 1, 2],
    "dimension": {
        "Region": {"category": {"label": {"1444": "Grästorp"}}},
        "ContentsCode": {"category": {"index": ["BE0101N1"]}},
        "Tid": {"category": {"index": {"2022": 1, "2021": 0}}},
    },
    "value": [5600, None],
    "status": {"1": ".."},
}
ANSWERS = {"events": (EVENTS, POLICE), "page": (PAGE, KOLADA_CONTRACT), "table": (TABLE, SCB_CONTRACT)}
# What stands for a number that JSON can write and no decimal can hold.
HUGE = "1e99999999999999999999"
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=5),
    st.just([]), st.just({}), st.just([[]]), st.just({"a": []}), st.just(HUGE), st.just(10**15), st.just("//["),
    st.just("0001-01-01 0:00:00 +12:00"), st.just("9999-12-31 23:59:59 -12:00"),
)  # fmt: skip
RECEIPT = Receipt(
    source_id="x", covers_from="2023-01", covers_to="2023-01", content_hash="", size=0, file_name="x", address="",
    received_on="2023-02-01", source_url=None, is_invented=True, attests_zero=False, fetched_at="",
)  # fmt: skip


def source_of(contract: str) -> ContextSource:
    """Return a source as an agreement has it."""
    text = COMMON.format(id="x", location="https://data.example") + contract
    return ContextSource.model_validate(tomllib.loads(text, parse_float=Decimal)["context"][0])


def read(content: bytes, source: ContextSource) -> None:
    """Do all that a run does with an answer."""
    readable = ReadableContext(
        agreement_id="a", source_id="x", municipalities=["1444"], contract=source.contract,
        places=places_of_sweden(), types=police_event_types(),
    )  # fmt: skip
    without_personal_data(content, source)
    read_context(content, RECEIPT, readable)
    if source.contract.kind == "kolada":
        next_address(content, "https://data.example/v3")


def places_in(part: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """List the way to every part of an answer."""
    yield way
    for key, value in part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ():
        yield from places_in(value, (*way, key))


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_as_described_is_read(kind: str) -> None:
    answer, contract = ANSWERS[kind]
    read(json.dumps(answer).encode(), source_of(contract))


@pytest.mark.parametrize(("codes", "is_read"), [(["1+2"], True), (["1", "2"], False)])
def test_a_dimension_that_nobody_asked_for_has_one_code_or_the_table_is_refused(
    codes: list[str], is_read: bool
) -> None:
    table = {
        "id": [*TABLE["id"], "Kon"],
        "size": [*TABLE["size"], len(codes)],
        "dimension": {**TABLE["dimension"], "Kon": {"category": {"index": codes}}},
        "value": list(range(2 * len(codes))),
    }
    with nullcontext() if is_read else pytest.raises(LofteError, match="other dimensions than the contract names"):
        read(json.dumps(table).encode(), source_of(SCB_CONTRACT))


@given(st.sampled_from(sorted(ANSWERS)), st.data())
def test_a_damaged_answer_is_read_or_refused_in_words(kind: str, data: st.DataObject) -> None:
    answer, contract = ANSWERS[kind]
    whole = copy.deepcopy(answer)
    *way, last = data.draw(st.sampled_from([way for way in places_in(whole) if way]))
    part: Any = whole
    for key in way:
        part = part[key]
    part[last] = data.draw(ODD)
    with suppress(LofteError):
        read(json.dumps(whole).replace(f'"{HUGE}"', HUGE).encode(), source_of(contract))


@pytest.mark.parametrize("kind", ANSWERS)
@pytest.mark.parametrize("depth", [500, 900, 100_000])
def test_an_answer_without_a_bottom_is_refused(kind: str, depth: int) -> None:
    with pytest.raises(LofteError):
        read(b"[" * depth + b"]" * depth, source_of(ANSWERS[kind][1]))


@pytest.mark.parametrize("kind", ANSWERS)
@given(data=st.data())
def test_an_answer_cut_anywhere_is_refused(kind: str, data: st.DataObject) -> None:
    answer, contract = ANSWERS[kind]
    whole = json.dumps(answer).encode()
    with pytest.raises(LofteError):
        read(whole[: data.draw(st.integers(0, len(whole) - 1))], source_of(contract))
