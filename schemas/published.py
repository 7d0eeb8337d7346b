"""Every published table: which columns, in which order, of which type.

The words of a column stand once in columns.toml; CSV, JSON, XLSX, schemas and page are derived from here.
A table's columns only ever grow at the end.
"""

import inspect
import tomllib
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import pandera.pandas as pa
import pyarrow
from pandera.typing import Series
from pydantic import BaseModel, ConfigDict

Text = Series[Annotated[pd.ArrowDtype, pyarrow.string()]]
Whole = Series[Annotated[pd.ArrowDtype, pyarrow.int64()]]
Decimals = Series[Annotated[pd.ArrowDtype, pyarrow.decimal128(28, 6)]]
Flag = Series[Annotated[pd.ArrowDtype, pyarrow.bool_()]]
Day = Series[Annotated[pd.ArrowDtype, pyarrow.date32()]]


class ColumnWords(BaseModel):
    """Titles, descriptions and codes of a column."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title_sv: str
    title_en: str
    description_sv: str
    description_en: str
    nullable: bool = False
    codes: list[str] | None = None


COLUMN_WORDS = {
    name: ColumnWords.model_validate(words)
    for name, words in tomllib.loads((Path(__file__).parent / "columns.toml").read_text("utf-8")).items()
}


def _column(name: str) -> Any:
    words = COLUMN_WORDS[name]
    return pa.Field(
        title=words.title_sv,
        description=words.description_sv,
        nullable=words.nullable,
        isin=words.codes,
        metadata=words.model_dump(),
    )


class PublishedTable(pa.DataFrameModel):
    """A published table; each annotated column takes its words from columns.toml."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        for name in inspect.get_annotations(cls):
            field = _column(name)
            field.__set_name__(cls, name)
            setattr(cls, name, field)
        super().__init_subclass__(**kwargs)  # type: ignore[no-untyped-call] # Pandera leaves it untyped

    class Config:
        """No column more or less, in this order."""

        strict = True
        ordered = True


class PromiseProgress(PublishedTable):
    """Long: one row per figure."""

    figure_id: Text
    is_example: Flag
    agreement_id: Text
    municipality_code: Text
    municipality_name: Text
    area_id: Text
    area_name_sv: Text
    activity_id: Text
    activity_label_sv: Text
    activity_label_en: Text
    owner: Text
    counted_by: Text
    indicator_id: Text
    indicator_series_id: Text
    indicator_role: Text
    indicator_label_sv: Text
    unit: Text
    disclosure_unit: Text
    place_id: Text
    place_name_sv: Text
    target_id: Text
    reading_id: Text
    reading_sv: Text
    is_rated_reading: Flag
    period_type: Text
    period_label_sv: Text
    period_start_on: Day
    period_end_on: Day
    is_clipped: Flag
    target_comparison: Text
    target_value: Decimals
    actual_value: Decimals
    actual_qualifier: Text
    actual_low: Decimals
    actual_high: Decimals
    value_status: Text
    achieved_share: Decimals
    status: Text
    status_label_sv: Text
    status_label_en: Text
    status_rule: Text
    status_reason_sv: Text
    is_override: Flag
    rule_status: Text
    deliveries_due: Whole
    deliveries_received: Whole
    covered_until_on: Day
    reach_probability: Decimals
    forecast_low: Whole
    forecast_high: Whole
    changed_on: Day
    statement_id: Text
    source_url: Text
    figure_url: Text

    class Config:
        name = "promise_progress"
        title = "Löftenas läge"
        unique = ["figure_id"]
        metadata = {"title_en": "Promise progress"}


class Overview(PublishedTable):
    """Wide, for people: one row per activity, reading and target period; untargeted per year."""

    is_example: Flag
    municipality_name: Text
    agreement_title_sv: Text
    promises_sv: Text
    activity_label_sv: Text
    activity_text_sv: Text
    owner_sv: Text
    place_name_sv: Text
    period_label_sv: Text
    reading_sv: Text
    target_sv: Text
    actual_sv: Text
    actual_count: Decimals
    status_label_sv: Text
    status_reason_sv: Text
    covered_until_on: Day
    missing_sv: Text
    counted_by_sv: Text
    statement_sv: Text
    source_url: Text
    figure_url: Text

    class Config:
        name = "overview"
        title = "Översikt"
        unique = ["figure_url"]
        metadata = {"title_en": "Overview"}


class Agreements(PublishedTable):
    """The agreement itself."""

    agreement_id: Text
    title_sv: Text
    title_en: Text
    starts_on: Day
    is_start_assumed: Flag
    ends_on: Day
    signed_on: Day
    source_url: Text

    class Config:
        name = "agreements"
        title = "Avtal"
        unique = ["agreement_id"]
        metadata = {"title_en": "Agreements"}


class Promises(PublishedTable):
    """What is to become better."""

    agreement_id: Text
    promise_id: Text
    text_sv: Text
    text_en: Text

    class Config:
        name = "promises"
        title = "Löften"
        unique = ["agreement_id", "promise_id"]
        metadata = {"title_en": "Promises"}


class Activities(PublishedTable):
    """What a party will do."""

    agreement_id: Text
    activity_id: Text
    label_sv: Text
    label_en: Text
    text_sv: Text
    text_en: Text
    owner: Text
    counted_by: Text
    open_wording_sv: Text

    class Config:
        name = "activities"
        title = "Aktiviteter"
        unique = ["agreement_id", "activity_id"]
        metadata = {"title_en": "Activities"}


class ActivityPromises(PublishedTable):
    """Which promise each activity belongs to."""

    agreement_id: Text
    activity_id: Text
    promise_id: Text

    class Config:
        name = "activity_promises"
        title = "Aktiviteternas löften"
        unique = ["agreement_id", "activity_id", "promise_id"]
        metadata = {"title_en": "Promises of activities"}


class AgreementMunicipalities(PublishedTable):
    """Which municipalities each agreement is for."""

    agreement_id: Text
    municipality_code: Text
    municipality_name: Text

    class Config:
        name = "agreement_municipalities"
        title = "Avtalens kommuner"
        unique = ["agreement_id", "municipality_code"]
        metadata = {"title_en": "Municipalities of agreements"}


class Targets(PublishedTable):
    """Each target under each reading of its wording."""

    agreement_id: Text
    target_id: Text
    activity_id: Text
    indicator_id: Text
    reading_id: Text
    reading_sv: Text
    is_rated_reading: Flag
    comparison: Text
    value: Decimals
    unit: Text
    period_type: Text
    place_scope: Text
    registered_on: Day
    decision_url: Text

    class Config:
        name = "targets"
        title = "Mål"
        unique = ["agreement_id", "activity_id", "target_id", "reading_id"]
        metadata = {"title_en": "Targets"}


class Deliveries(PublishedTable):
    """What has been delivered, and what has not."""

    agreement_id: Text
    is_example: Flag
    delivery_id: Text
    source_id: Text
    provider: Text
    month: Text
    due_on: Day
    received_on: Day
    state: Text

    class Config:
        name = "deliveries"
        title = "Leveranser"
        unique = ["agreement_id", "delivery_id"]
        metadata = {"title_en": "Deliveries"}


class SafetySurvey(PublishedTable):
    """Shares of the safety survey, with their uncertainty where it is known."""

    agreement_id: Text
    is_example: Flag
    survey_id: Text
    question_id: Text
    question_sv: Text
    area_id: Text
    area_name_sv: Text
    surveyed_on: Day
    share: Decimals
    share_low: Decimals
    share_high: Decimals
    respondents_count: Whole
    response_share: Decimals
    change_share: Decimals
    change_verdict: Text
    value_status: Text
    source_url: Text
    share_basis: Text
    share_standard_error: Decimals
    design_effect: Decimals
    effective_respondents_count: Decimals
    is_imprecise: Flag
    share_rounding: Decimals
    unanswered_share: Decimals
    critical_change_share: Decimals
    smallest_detectable_change_share: Decimals
    previous_survey_id: Text
    change_from_previous_share: Decimals
    change_from_previous_verdict: Text
    critical_change_from_previous_share: Decimals
    smallest_detectable_change_from_previous_share: Decimals
    change_sv: Text

    class Config:
        name = "safety_survey"
        title = "Trygghetsmätning"
        unique = ["agreement_id", "survey_id", "question_id", "area_id"]
        metadata = {"title_en": "Safety survey"}


class Context(PublishedTable):
    """What others publish about the same municipalities; never counted towards a promise."""

    agreement_id: Text
    is_example: Flag
    source_id: Text
    publisher_sv: Text
    series_id: Text
    series_label_sv: Text
    municipality_code: Text
    municipality_name: Text
    period: Text
    context_value: Decimals
    unit: Text
    value_status: Text
    publication_stage: Text
    is_stale: Flag
    credit_sv: Text
    license_sv: Text
    license_url: Text
    source_url: Text
    context_note_sv: Text

    class Config:
        name = "context"
        title = "Sammanhang, räknas aldrig som genomförd aktivitet"
        unique = ["agreement_id", "source_id", "series_id", "municipality_code", "period"]
        metadata = {"title_en": "Context, never counted as activity"}


TABLES: tuple[type[PublishedTable], ...] = (
    PromiseProgress,
    Overview,
    Agreements,
    Promises,
    Activities,
    ActivityPromises,
    AgreementMunicipalities,
    Targets,
    Deliveries,
    SafetySurvey,
    Context,
)
