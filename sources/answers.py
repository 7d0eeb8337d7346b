"""A delivery of survey answers as estimates: personal rows are read here, in memory, and go no further."""

from collections.abc import Callable
from decimal import Decimal

import numpy as np

from methods.blanked_rows import with_blanked_set_aside
from methods.cells import parse_weight
from methods.header_again import headers_among
from methods.interpret import Interpreted
from methods.months import month_of
from methods.set_aside_count import SetAsideCount
from methods.survey_answers import Respondents, Survey, estimates_of
from methods.survey_design import Design, DesignError, Numbers
from methods.typed_facts import valid_facts
from schemas.content import Opened
from schemas.contract import UNSTRATIFIED, AnswersContract, ReadableContract, SurveyRound
from schemas.delivery import Receipt
from schemas.errors import DeliveryHeldError
from schemas.facts import SurveyEstimate
from schemas.survey_aggregate import KeptEstimate, KeptSetAside, SurveyAggregate
from schemas.text_table import BLANK_ROW, HEADER_AGAIN, SAYING_NOTHING, SetAside, TextTable
from sources.layouts import header_rule, read_batches
from sources.reading import hold_if_too_many

Parse = Callable[[str], object]
_REFUSED = object()


def aggregate_answers(opened: Opened, receipt: Receipt, readable: ReadableContract) -> SurveyAggregate:
    """Read answers by their contract and return what may be kept of them.

    Raises:
        DeliveryHeldError: when the file, the design or too many of its rows cannot be trusted.
    """
    contract = readable.contract
    if not isinstance(contract, AnswersContract):
        raise TypeError("not a contract of answers")
    survey_id, survey = _survey(contract, receipt)
    table = TextTable.of(with_blanked_set_aside(read_batches(opened, contract, header_rule(readable)), receipt.blanked))
    cells = _Cells(table, {"", *contract.missing_marks})
    columns = _typed(cells, contract, readable.places)
    set_aside = cells.set_aside()
    hold_if_too_many(SetAsideCount.of(set_aside, table.row_count), readable)
    good = ~table.cells.index.isin([row.line for row in set_aside])
    if not good.any():
        raise DeliveryHeldError("the file has no answers; an empty survey is no survey")
    respondents = _respondents({name: column[good] for name, column in columns.items()}, contract, survey)
    try:
        asked = Survey(
            source_id=readable.source_id,
            survey_id=survey_id,
            surveyed_on=survey.surveyed_on,
            whole_area=contract.whole_area,
            response_share=_response_share(table.row_count - _count_saying_nothing(set_aside), survey),
        )
        results = estimates_of(respondents, asked)
    except DesignError as error:
        raise DeliveryHeldError(f"{error}; strata stand in the contract's order") from error
    kept = set(KeptEstimate.model_fields)
    return SurveyAggregate(
        survey_id=survey_id,
        surveyed_on=survey.surveyed_on,
        respondents_count=int(good.sum()),
        estimates=[KeptEstimate(**{name: getattr(result, name) for name in kept}) for result in results],
        set_aside=[KeptSetAside(line=row.line, column=row.column, rule=row.rule) for row in set_aside],
    )


def estimates_among(aggregate: SurveyAggregate) -> Interpreted:
    """Return an aggregate as facts for the warehouse; a fact's line is its place in the aggregate."""
    rows = [
        {
            "source_line": line,
            "survey_id": aggregate.survey_id,
            "surveyed_on": aggregate.surveyed_on,
            "month": month_of(aggregate.surveyed_on),
            **estimate.model_dump(),
        }
        for line, estimate in enumerate(aggregate.estimates, start=2)
    ]
    set_aside = [SetAside(row.line, row.column, row.rule) for row in aggregate.set_aside]
    return Interpreted(SurveyEstimate, valid_facts(SurveyEstimate, rows), set_aside)


def _survey(contract: AnswersContract, receipt: Receipt) -> tuple[str, SurveyRound]:
    """Return the survey that closed in the months of a delivery."""
    within = contract.surveys_between(receipt.covers_from, receipt.covers_to)
    if len(within) != 1:
        raise DeliveryHeldError(
            f"the contract tells of {len(within) or 'no'} surveys between {receipt.covers_from} and "
            f"{receipt.covers_to}; there must be one in contract.surveys, with its surveyed_on"
        )
    return within[0]


class _Cells:
    """Columns under interpretation, and the addresses of cells that mean nothing by the contract."""

    def __init__(self, table: TextTable, missing: set[str]) -> None:
        self._table = table
        self._missing = missing
        self._faults: set[SetAside] = set(table.set_aside)
        self._read: list[str] = []

    def typed(self, header: str, parse: Parse, missing: object = _REFUSED) -> Numbers:
        """Interpret a column; each distinct text once."""
        column = self._table.cells[header]
        self._read.append(header)
        meant = {text: self._meant(text, parse, missing) for text in column.unique()}
        for line, text in column.items():
            if meant[text] is _REFUSED:
                rule = "missing_value" if self._is_missing(text) else "unknown_value"
                self._faults.add(SetAside(int(str(line)), header, rule))
        return np.array([None if meant[text] is _REFUSED else meant[text] for text in column], dtype=object)

    def set_aside(self) -> list[SetAside]:
        """List the rows that do not count; a blank one, whose weight is missing, is nobody's, nor is a header."""
        cells = self._table.cells
        read = self._table.batch().cells.select(list(dict.fromkeys(self._read)))
        headers = cells.index[headers_among(read, cells.index.to_numpy())]
        is_blank = np.ones(len(cells), bool)
        for header in self._read:
            is_blank &= np.array([not text.strip() for text in cells[header]], bool)
        blank = {int(line) for line in cells.index[is_blank]}
        told = {**dict.fromkeys(blank, BLANK_ROW), **dict.fromkeys(map(int, headers), HEADER_AGAIN)}
        faults = {row for row in self._faults if row.line not in told}
        faults |= {SetAside(line, "", rule) for line, rule in told.items()}
        return sorted(faults, key=lambda row: (row.line, row.column, row.rule))

    def _meant(self, text: str, parse: Parse, missing: object) -> object:
        return missing if self._is_missing(text) else parse(text.strip())

    def _is_missing(self, text: str) -> bool:
        return text.strip() in self._missing


def _typed(cells: _Cells, contract: AnswersContract, places: dict[str, str]) -> dict[str, Numbers]:
    columns = contract.columns
    for header, text in contract.constants.items():
        cells.typed(header, _one_of({text: text}))
    found = {"weight": cells.typed(columns.weight, lambda text: _weight(text, contract.layout.decimal_mark))}
    if columns.stratum is not None:
        strata = {name: number for number, name in enumerate(contract.strata)}
        found["stratum"] = cells.typed(columns.stratum, _one_of(strata))
    if columns.cluster is not None:
        found["cluster"] = cells.typed(columns.cluster, str)
    if columns.area is not None:
        found["area"] = cells.typed(columns.area, _one_of(places), missing=None)
    for header, question in contract.questions.items():
        meanings = {
            **dict.fromkeys(question.yes, 1.0),
            **dict.fromkeys(question.no, 0.0),
            **dict.fromkeys(question.unanswered, float("nan")),
        }
        found[question.id] = cells.typed(header, _one_of(meanings), missing=float("nan"))
    return found


def _respondents(columns: dict[str, Numbers], contract: AnswersContract, survey: SurveyRound) -> Respondents:
    count = len(columns["weight"])
    names = contract.strata or [UNSTRATIFIED]
    return Respondents(
        design=Design(
            weights=columns["weight"].astype(float),
            strata=columns["stratum"].astype(int) if "stratum" in columns else np.zeros(count, dtype=int),
            clusters=columns["cluster"].astype(str) if "cluster" in columns else None,
            populations=[survey.populations[name] for name in names] if survey.populations else None,
        ),
        areas=columns.get("area", np.full(count, None, dtype=object)),
        answers={question.id: columns[question.id].astype(float) for question in contract.questions.values()},
    )


def _count_saying_nothing(set_aside: list[SetAside]) -> int:
    return sum(row.rule in SAYING_NOTHING for row in set_aside)


def _response_share(count: int, survey: SurveyRound) -> Decimal | None:
    """Return how many of those asked are in the delivery.

    Raises:
        DeliveryHeldError: when more answered than were asked.
    """
    if survey.invited_count is None:
        return None
    if count > survey.invited_count:
        raise DeliveryHeldError("there are more answers than invited_count in the contract; one of them is wrong")
    return (Decimal(count) / survey.invited_count).quantize(Decimal("0.000001"))


def _one_of(known: dict[str, object] | dict[str, str] | dict[str, int] | dict[str, float]) -> Parse:
    return lambda text: known.get(text, _REFUSED)


def _weight(text: str, decimal_mark: str) -> object:
    weight = parse_weight(text, decimal_mark)
    return _REFUSED if isinstance(weight, str) else float(weight)
