"""Answers of publishers' interfaces as JSON, strictly: several of one fetch stand one after the other."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn

from schemas.errors import DeliveryHeldError

_SPACE = re.compile(r"[ \t\r\n]*")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_once)


def answers_in(content: bytes) -> list[Any]:
    """Return every answer of a fetch.

    Raises:
        DeliveryHeldError: when the bytes are not whole JSON in UTF-8.
    """
    try:
        text = content.decode("utf-8-sig")
        return list(_answers(text))
    except (ValueError, ArithmeticError, RecursionError) as error:  # a number that no decimal holds is arithmetic
        raise DeliveryHeldError(
            "the answer is not whole JSON in UTF-8; fetch it again, or ask the publisher"
        ) from error


def _answers(text: str) -> Iterator[Any]:
    position = _after_space(text, 0)
    while position < len(text):
        answer, position = _DECODER.raw_decode(text, position)
        yield answer
        position = _after_space(text, position)


def _after_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def texts_in(answer: Any) -> Iterator[str]:
    """Yield every text of an answer, keys too; numbers are typed and hold no text."""
    if isinstance(answer, str):
        yield answer
    elif isinstance(answer, dict):
        for key, value in answer.items():
            yield key
            yield from texts_in(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from texts_in(value)


def expected(answer: Any, kind: type, where: str) -> Any:
    """Return a part of an answer that must be of a type.

    Raises:
        DeliveryHeldError: naming the part, never what it holds.
    """
    if not isinstance(answer, kind):
        raise DeliveryHeldError(f"{where} is not as the interface's description says; see whether it has changed")
    return answer
