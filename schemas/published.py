"""Every published table: which columns, in which order, of which type."""

from schemas.published_agreement import (
    Activities,
    ActivityPromises,
    AgreementMunicipalities,
    Agreements,
    Amendments,
    Decisions,
    Promises,
    PromiseSummaries,
    Quality,
    Sources,
    Targets,
)
from schemas.published_table import Day, Decimals, Flag, PublishedTable, Text, Whole


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
    amendment_id: Text
    is_comparable: Flag
    pace_share: Decimals
    prior_count: Decimals
    prior_periods: Decimals
    dispersion: Decimals
    pace_basis: Text

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
    received_as: Text

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
        metadata = {"title_en": "Context, never counted as activity", "sheet_sv": "Sammanhang, räknas aldrig in"}


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
    Amendments,
    Decisions,
    PromiseSummaries,
    Quality,
    Sources,
    Context,
)
