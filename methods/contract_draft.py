"""A contract proposed from a sample of an export: each guess with what it rests on, for a person to confirm."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import get_args

from methods.cells import parse_date
from methods.sample_texts import SampleTexts, all_hinted, hinted
from methods.toml_text import named, quoted
from schemas.contract import DateForm, Qualifier
from schemas.unconfirmed import CONFIRM

DATE_FORMS: tuple[str, ...] = get_args(get_args(DateForm)[0])
_QUANTITY = r"antal|summa|count|timmar|belopp|utfall|värde"
# What a letter or figure before it would make another word.
_WORD, _END = r"(?<![^\W_])", r"(?![^\W_])"
# "antal deltagare" and "besöksantal" count what the other word says; these words change nothing.
_NO_NOUN = r"(?:st|stycken?|timmar|kr|kronor|hittills|i|per|av|insats(?:er)?|aktivitet(?:er)?|åtgärd(?:er)?|tillfällen)"
_COUNT_OF = rf"[^\W\d_]antal{_END}|(?:antal|summa|count)[\W_]*(?!{_NO_NOUN}{_END})[^\W\d_]"
# As a word or the end of one: "Insatstyp" says what was done, "Insatsområde" where, and "Beslag" something else.
_TYPE = rf"(?:type?|åtgärd|insats|aktivitet|kategori)(?:er|s?namn)?{_END}|{_WORD}(?:slag|kind){_END}"
_INDICATOR = rf"uppgift|mått|indikator|nyckeltal|{_TYPE}"
_ROW_ID = (
    r"^(?:(?:rad|händelse|insats|aktivitets|row|record|event|activity)[ _-]?)?id(?:[ _-]?(?:nr|nummer))?$|"
    r"^(?:löp|rad)(?:nr|nummer)$"
)
_NUMBERED = r"\bid\b|_id$|^id|nummer|nr\b"
_CODE = rf"{_NUMBERED}|kod|code|\bår(tal)?\b|year|vecka|månad|koordinat|^lat|^lon"
_PLACE = r"plats|område|ort|stadsdel|place"
_SO_FAR = r"hittills|ackumuler|kumulativ|(?<![^\W_])(?:ack|ytd)(?![^\W_])"
_DONE = r"status|genomför[dt]|utför[dt]|slutför[dt]|inställ[dt]|avbokad|avlyst|avbruten|makulerad"
_DAY = r"datum|date|\bdag|\btid|månad|vecka|när"
_NO_COUNT = {
    "quantity": "Name one only if it says how many; where each row is one thing done, ask for a column of 1",
    "value": "Name one only if it is the total",
}
# Of more rows that are blank where something is read, a person says whether they may be left out.
_BLANK_SHARE_MAX = 0.1
_DAY_FIRST: DateForm = "DD/MM/YYYY"
_MONTHS_COUNT = 12
_HALF = 0.5
_QUALIFIERS: dict[str, Qualifier] = {
    "exakt": "exact",
    "exact": "exact",
    "minst": "at_least",
    "cirka": "about",
    "ca": "about",
    "ungefär": "about",
    "omkring": "about",
}


@dataclass
class Draft:
    """A contract in the making; `notes` say of each guess what it rests on, `candidates` what a person chooses from."""

    kind: str
    grain: str
    meanings: str
    columns: dict[str, str] = field(default_factory=dict)
    accumulation: str = "period"
    date_form: str | None = None
    qualifiers: dict[str, str] | None = None
    named: list[str] = field(default_factory=list)
    missing_marks: list[str] = field(default_factory=list)
    missing_share: float = 0
    ignored: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    candidates: dict[str, list[str]] = field(default_factory=dict)


def draft_of(texts: SampleTexts) -> Draft:
    """Guess what each column of an export is: of one with a row per thing done, or of one with a total per row.

    Totals are about no day, and about each thing once.
    """
    draft = _occasions(texts)
    has_days = draft.columns["occurred_on"] != CONFIRM or "occurred_on" in draft.candidates
    if not has_days and hinted(texts.columns, _DAY) is None:
        draft.notes["kind"] = "no column holds days; reported_totals where each row is a total"
        draft = _totals(texts) or draft
    _find_accumulation(draft, texts)
    # A candidate without a rival is left out of the ignored, so that to confirm it is one edit.
    alone = [names[0] for names in draft.candidates.values() if len(names) == 1]
    read = [name for name in [*draft.columns.values(), *alone] if name in texts.columns]
    draft.missing_marks, draft.missing_share = texts.marks_in(read), texts.missing_share(read)
    _tell_of_rows_without_value(draft, texts, read)
    draft.ignored = texts.but_for(read)
    draft.notes |= {name: _note_on_ignored(draft, texts, name) for name in draft.ignored}
    return draft


def _occasions(texts: SampleTexts) -> Draft:
    draft = Draft("occasion_rows", "row", "types")
    _find_date(draft, texts)
    _find_quantity(draft, texts, "quantity")
    _find_type(draft, texts)
    _find_row_id(draft, texts)
    return draft


def _totals(texts: SampleTexts) -> Draft | None:
    """Guess at totals where a column names something else in each row, and another holds numbers."""
    once = [name for name in texts.columns if texts.is_each_once(name) and texts.is_worded(name)]
    found = hinted(once, _INDICATOR) or (once[0] if len(once) == 1 else None)
    if found is None or not any(map(texts.is_numeric, texts.columns)):
        return None
    draft = Draft("reported_totals", CONFIRM, "indicators", columns={"indicator": found})
    draft.notes["kind"] = "no column holds days; occasion_rows where each row is a thing done"
    draft.notes["grain"] = "what one file is for: month, tertial, year or agreement"
    draft.named = texts.different(found)
    draft.notes["indicator"] = f"every cell of {quoted(found)} is another"
    _find_quantity(draft, texts, "value")
    _find_qualifier(draft, texts)
    return draft


def _find_accumulation(draft: Draft, texts: SampleTexts) -> None:
    name, note = hinted(texts.columns, _SO_FAR), "no sample tells: year_to_date where each file holds the year so far"
    if name is not None:
        draft.accumulation = CONFIRM
        note = f"{quoted(name)} may be of the year so far: say year_to_date where it is, else period"
    draft.notes["accumulation"] = note


def _tell_of_rows_without_value(draft: Draft, texts: SampleTexts, read: list[str]) -> None:
    """Leave to a person whether many rows may be set aside: a day that is written once for several things is one."""
    if texts.blank_share(read) <= _BLANK_SHARE_MAX and draft.missing_share < _HALF:
        return
    rows = texts.row_count
    told = [_without_value(texts, name) for name in read if texts.missing_count(name)]
    if texts.unread_count:
        told.append(f"blank or of another shape: {texts.unread_count} of {rows} rows")
    draft.notes["set_aside_share_max"] = (
        f"{'; '.join(told)}. Such rows count for nothing. Where they are things done, ask for a value in each row; "
        "else say the share of rows that may be without"
    )


def _without_value(texts: SampleTexts, name: str) -> str:
    count = texts.missing_count(name)
    what = "blank" if count == texts.blank_count(name) else "no value"
    return f"{what} in {count} of {texts.row_count} rows: {quoted(name)}"


def _find_date(draft: Draft, texts: SampleTexts) -> None:
    found = [(name, form) for name in texts.columns if (form := _form_of_days(texts, name)) is not None]
    days = [(name, form) for name, form in found if not _only_looks_like_days(texts, name)]
    if not days:
        draft.columns["occurred_on"] = draft.date_form = CONFIRM
        draft.notes["occurred_on"] = "no column holds days in a known form"
        _tell_of_days_in_most_rows(draft, texts)
        return
    if len(days) > 1:
        forms = {_form_to_say(texts, name, form) for name, form in days}
        draft.date_form = forms.pop() if len(forms) == 1 else CONFIRM
        said = ", ".join(f"{quoted(name)} ({form})" for name, form in days)
        note = f"columns of days: {said}. Say which is the day of the thing done"
        _leave_open(draft, "occurred_on", [name for name, _ in days], note)
        return
    name, form = days[0]
    draft.columns["occurred_on"], draft.date_form = name, _form_to_say(texts, name, form)
    draft.notes["occurred_on"] = f"every cell of {quoted(name)} that says a day is one in this form"
    if draft.date_form == CONFIRM:
        draft.notes["occurred_on"] = (
            f"{form} fits every cell of {quoted(name)}, and so would the month first, which no contract "
            "reads: none has a day after the 12th. Ask the provider which it is"
        )


def _tell_of_days_in_most_rows(draft: Draft, texts: SampleTexts) -> None:
    """Name the column in which only a few cells are no days, such as that of a total below all rows."""
    for name in texts.columns:
        said = texts.said(name)
        counts = {form: sum(not isinstance(parse_date(cell, form), str) for cell in said) for form in DATE_FORMS}
        form = max(counts, key=lambda form: counts[form])
        if 2 * counts[form] > len(said) and not _only_looks_like_days(texts, name):
            note = f"{quoted(name)} holds days ({form}) in {counts[form]} of {len(said)} cells; look at the others"
            _leave_open(draft, "occurred_on", [name], note)
            return


def _form_of_days(texts: SampleTexts, name: str) -> str | None:
    said = texts.said(name)
    fitting = (form for form in DATE_FORMS if all(not isinstance(parse_date(cell, form), str) for cell in said))
    return next(fitting, None) if said else None


def _form_to_say(texts: SampleTexts, name: str, form: str) -> str:
    may_be_month = form == _DAY_FIRST and all(int(cell[:2]) <= _MONTHS_COUNT for cell in texts.said(name))
    return CONFIRM if may_be_month else form


def _only_looks_like_days(texts: SampleTexts, name: str) -> bool:
    """Tell whether a column is of the rows' own numbers, where another is named like days."""
    is_id = texts.is_each_once(name) and hinted([name], _NUMBERED) and not hinted([name], _DAY)
    return bool(is_id) and hinted(texts.but_for([name]), _DAY) is not None


def _find_quantity(draft: Draft, texts: SampleTexts, key: str) -> None:
    numeric = [name for name in _free(draft, texts) if texts.is_numeric(name)]
    counting = [name for name in numeric if hinted([name], _QUANTITY)]
    rivals = [name for name in numeric if name in counting or not hinted([name], _CODE)]
    if counting and len(rivals) > 1:
        _leave_open(draft, key, rivals, f"columns of numbers that may be it: {_named(rivals)}")
        return
    if not counting:
        # Codes, weeks and the rows' own numbers are numbers, too, which nobody wants added up.
        said = f"columns of numbers: {_named(numeric)}, and no name says that one counts. {_NO_COUNT[key]}"
        _leave_open(draft, key, numeric, said)
        return
    if hinted(counting, _COUNT_OF):
        said = f"{named(counting)} may count something else than things done, such as persons. {_NO_COUNT[key]}"
        _leave_open(draft, key, counting, said)
        return
    draft.columns[key] = found = counting[0]
    what = "whole numbers" if texts.is_whole(found) else "numbers with decimals: an indicator of hours or money"
    draft.notes[key] = f"{quoted(found)} holds {what}"


def _leave_open(draft: Draft, key: str, candidates: list[str], note: str) -> None:
    draft.columns[key], draft.candidates[key] = CONFIRM, candidates
    draft.notes[key] = note


def _find_type(draft: Draft, texts: SampleTexts) -> None:
    worded = [name for name in _free(draft, texts) if texts.is_worded(name)]
    likely = all_hinted(worded, _TYPE) or worded
    if len(likely) != 1:
        _leave_open(draft, "type", likely, f"columns of few different texts that may be it: {_named(likely)}")
        return
    draft.columns["type"] = found = likely[0]
    draft.named = texts.different(found)
    draft.notes["type"] = f"{quoted(found)} holds {len(draft.named)} different texts; later files may hold more"


def _find_row_id(draft: Draft, texts: SampleTexts) -> None:
    unique = [name for name in texts.but_for(draft.columns.values()) if _may_number_rows(texts, name)]
    found = hinted(unique, _ROW_ID)
    if found is not None:
        draft.columns["row_id"] = found
        draft.notes["row_id"] = f"every cell of {quoted(found)} is another"


def _find_qualifier(draft: Draft, texts: SampleTexts) -> None:
    for name in texts.but_for(draft.columns.values()):
        different = texts.different(name)
        if different and all(text.casefold() in _QUALIFIERS for text in different):
            draft.columns["qualifier"] = name
            draft.qualifiers = {text: _QUALIFIERS[text.casefold()] for text in different}
            draft.notes["qualifier"] = f"{quoted(name)} says how exact each total is"
            return
    draft.columns["qualifier"], draft.qualifiers = CONFIRM, {CONFIRM: CONFIRM}
    draft.notes["qualifier"] = (
        "no column says whether a total is exact, at least or about so many; where none does, ask the provider for one"
    )


def _free(draft: Draft, texts: SampleTexts) -> list[str]:
    """List the columns that are taken for nothing yet, and are no candidate for what days stand in."""
    return texts.but_for([*draft.columns.values(), *draft.candidates.get("occurred_on", [])])


def _may_number_rows(texts: SampleTexts, name: str) -> bool:
    return texts.is_each_once(name) and len(texts.columns[name]) > 1


def _note_on_ignored(draft: Draft, texts: SampleTexts, name: str) -> str:
    for key, names in draft.candidates.items():
        if name in names:
            return f"a candidate for {key}; where it is named as that, take it out of ignored_columns"
    if hinted([name], _DONE) or hinted(texts.different(name), rf"^(?:{_DONE})"):
        return (
            "it may say of a row that nothing was done, and that row counts all the same. Where the cell is a text, "
            "constants can demand the one that says it was done; rows with another are set aside"
        )
    if hinted([name], _NUMBERED) and _may_number_rows(texts, name):
        return "every cell is another; it could be row_id where each row keeps its own"
    if texts.has_codes(name):
        return "codes with leading zeros; were it read, it would be as text"
    if len(set(texts.columns[name]) - {""}) == 1:
        return "one and the same text in every row; it could be demanded by constants"
    if re.search(_PLACE, name.casefold()):
        return "it may name places; to count by them list the places in the agreement and name it as place"
    return "nothing in the contract needs it"


def _named(names: Iterable[str]) -> str:
    return named(names) or "none"
