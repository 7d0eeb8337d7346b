-- What publishers state, from the newest answer for each source and period: one replaces the one before it whole.
SELECT
    current_load_month.source_id,
    context_value.series_id,
    context_value.series_label_sv,
    context_value.unit,
    context_value.municipality_code,
    context_value.period,
    context_value.covers_to_month,
    context_value.value,
    context_value.value_status,
    context_value.publication_stage,
    context_value.is_rounded
FROM context_value
INNER JOIN current_load_month
    ON current_load_month.load_id = context_value.load_id
    AND current_load_month.month = context_value.covers_to_month
WHERE
    current_load_month.release_id = :release_id
    AND context_value.covers_to_month <= :as_of_month
