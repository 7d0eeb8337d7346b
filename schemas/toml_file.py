"""TOML files read into a strict model, with every fault named by file and line."""

import codecs
import difflib
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from schemas.errors import InvalidAgreementError, Problem
from schemas.told_names import told_path, told_syntax
from schemas.toml_positions import key_lines, line_of

Model = TypeVar("Model", bound=BaseModel)


def read_toml(content: bytes, shown_path: str, model: type[Model]) -> Model:
    """Read a TOML file into a strict model; what somebody wrote where a name should stand could be about a person.

    Args:
        content: its bytes.
        shown_path: its name for people.
        model: what it must be.

    Raises:
        InvalidAgreementError: with every problem found, each with its line; no name that could be data is repeated.
    """
    text = _decode(content, shown_path)
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        # The cause would repeat the text in a traceback.
        message = f"not TOML: {told_syntax(str(error))}"
        raise InvalidAgreementError([Problem(shown_path, _line_in(str(error), text), message)]) from None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise InvalidAgreementError(problems_of(error, shown_path, key_lines(text), model)) from None


def problems_of(
    error: ValidationError,
    shown_path: str,
    lines: dict[tuple[str | int, ...], int],
    model: type[BaseModel],
) -> list[Problem]:
    """Name every fault of a file by its line, in the file's order.

    Args:
        error: what the model found.
        shown_path: the file's name for people.
        lines: the line of each key's path.
        model: the model of the whole file.
    """
    problems = [_problem(detail, shown_path, lines, model) for detail in error.errors()]
    return sorted(problems, key=lambda problem: problem.line)


def shown(path: Path) -> str:
    """Return a path as a person here would type it."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _decode(content: bytes, shown_path: str) -> str:
    if content.startswith(codecs.BOM_UTF8):
        message = "begins with a byte order mark, as some editors write it; save the file as UTF-8 without one"
        raise InvalidAgreementError([Problem(shown_path, 1, message)])
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = f"not UTF-8 at byte {error.start}; save the file as UTF-8"
        raise InvalidAgreementError([Problem(shown_path, line, message)]) from error


def _line_in(message: str, text: str) -> int:
    """Find the line in tomllib's message, which carries it as text only before Python 3.14."""
    _, found, rest = message.partition("at line ")
    return int(rest.split(",")[0]) if found else len(text.splitlines())


def _problem(
    detail: ErrorDetails,
    shown_path: str,
    lines: dict[tuple[str | int, ...], int],
    model: type[BaseModel],
) -> Problem:
    path = _without_tags(detail["loc"], lines)
    where = told_path(path)
    if detail["type"] == "extra_forbidden":
        message = f"unknown key {where!r}{_nearest(detail['loc'], model)}"
    elif detail["type"] == "missing":
        message = f"the key {where!r} is missing"
    elif detail["type"] == "union_tag_invalid":  # Pydantic's own words repeat the tag
        message = f"{where!r}: its {detail['ctx']['discriminator']} is none of {detail['ctx']['expected_tags']}"
    else:
        message = f"{where!r}: {detail['msg']}"
    return Problem(shown_path, line_of(lines, path), message)


def _without_tags(location: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int]) -> tuple[str | int, ...]:
    """Leave out the tags that Pydantic puts into the path of a union's member."""
    path: tuple[str | int, ...] = ()
    for position, part in enumerate(location):
        is_last = position == len(location) - 1
        if (*path, part) in lines or is_last:
            path = (*path, part)
    return path


def _nearest(location: tuple[str | int, ...], model: type[BaseModel]) -> str:
    known = _known_keys(model, location[:-1])
    close = difflib.get_close_matches(str(location[-1]), known, n=1, cutoff=0.5)
    return f"; the nearest known key is {close[0]!r}" if close else f"; known keys: {', '.join(sorted(known))}"


def _known_keys(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """List the keys of the model that a path leads to, through lists, options and tagged unions."""
    candidates: list[Any] = [model]
    for part in location:
        models = [found for candidate in candidates for found in _models_in(candidate)]
        if any(part in _fields(found) for found in models):
            candidates = [_fields(found)[str(part)].annotation for found in models if part in _fields(found)]
        elif isinstance(part, str):  # a tag of a union: keep the members that carry it
            tagged = [found for found in models if _carries_tag(found, part)]
            candidates = list(tagged or models)
    return [name for candidate in candidates for found in _models_in(candidate) for name in _fields(found)]


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return a model's fields by the key that they have in a file."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in _models_in(argument)]


def _carries_tag(model: type[BaseModel], tag: str) -> bool:
    return any(tag in get_args(field.annotation) for field in model.model_fields.values())
