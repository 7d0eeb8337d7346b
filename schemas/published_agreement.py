"""Published tables about the agreement itself: what was promised, what has been decided since, and how it stands."""

from schemas.published_table import Day, Decimals, Flag, PublishedTable, Text, Whole


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
    in_force_until_on: Day
    replaced_by_agreement_id: Text

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
    revises_target_id: Text
    amendment_id: Text

    class Config:
        name = "targets"
        title = "Mål"
        unique = ["agreement_id", "activity_id", "target_id", "reading_id"]
        metadata = {"title_en": "Targets"}


class Amendments(PublishedTable):
    """Later decisions about the agreement."""

    agreement_id: Text
    amendment_id: Text
    amendment_kind: Text
    effective_on: Day
    amended_ends_on: Day
    replaced_by_agreement_id: Text
    rated_targets: Text
    amendment_sv: Text
    decision_url: Text

    class Config:
        name = "amendments"
        title = "Ändringar av avtalet"
        unique = ["agreement_id", "amendment_id"]
        metadata = {"title_en": "Amendments"}


class Decisions(PublishedTable):
    """What an office has decided to say of a figure, beside what the rule gives."""

    agreement_id: Text
    figure_id: Text
    is_example: Flag
    status: Text
    rule_status: Text
    office_sv: Text
    decided_on: Day
    decision_reason_sv: Text
    decision_url: Text

    class Config:
        name = "decisions"
        title = "Beslut om besked"
        unique = ["agreement_id", "figure_id"]
        metadata = {"title_en": "Decisions on statuses"}


class Quality(PublishedTable):
    """What each indicator's numbers are worth: one row per indicator and survey outcome."""

    agreement_id: Text
    quality_id: Text
    of_activity_id: Text
    indicator_id: Text
    is_example: Flag
    indicator_label_sv: Text
    definition_sv: Text
    unit: Text
    measured_by: Text
    providers_sv: Text
    deliveries_due: Whole
    deliveries_received: Whole
    late_deliveries_count: Whole
    corrected_deliveries_count: Whole
    covered_until_on: Day
    set_aside_share: Decimals
    finality: Text
    indicator_series_id: Text
    is_comparable: Flag
    comparability_sv: Text
    known_faults_sv: Text
    is_read_in_full: Flag

    class Config:
        name = "quality"
        title = "Kvalitetsdeklaration"
        unique = ["agreement_id", "quality_id"]
        metadata = {"title_en": "Quality declaration"}


class Sources(PublishedTable):
    """Where the numbers come from, how often, and since when or until when."""

    agreement_id: Text
    is_example: Flag
    source_id: Text
    source_title_sv: Text
    provider: Text
    cadence: Text
    due_day: Whole
    started_on: Day
    ended_on: Day
    ended_reason_sv: Text
    taken_over_by_source_id: Text
    pauses_sv: Text
    finality: Text
    source_url: Text

    class Config:
        name = "sources"
        title = "Källor"
        unique = ["agreement_id", "source_id"]
        metadata = {"title_en": "Sources"}


class PromiseSummaries(PublishedTable):
    """How each promise stands by rule only: how many of its targets have which status."""

    agreement_id: Text
    promise_id: Text
    is_example: Flag
    rated_status: Text
    ratings_count: Whole
    all_ratings_count: Whole
    summary_sv: Text

    class Config:
        name = "promise_summary"
        title = "Löftena i korthet"
        unique = ["agreement_id", "promise_id", "rated_status"]
        metadata = {"title_en": "Promise summary"}
