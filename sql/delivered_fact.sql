-- Every fact of the loads that a release rests on, rows and totals alike, as a number with bounds and its days.
SELECT
    current_load_month.release_id,
    current_load_month.source_id,
    occasion.load_id,
    occasion.source_line,
    occasion.activity_id,
    occasion.indicator_id,
    occasion.place_id,
    occasion.duration_minutes,
    occasion.month,
    occasion.occurred_on AS start_on,
    occasion.occurred_on AS end_on,
    occasion.quantity,
    'exact' AS qualifier,
    occasion.quantity AS low,
    occasion.quantity AS high,
    CAST(NULL AS BIGINT) AS series_no,
    CAST(NULL AS BIGINT) AS place_in_series
FROM occasion
INNER JOIN current_load_month
    ON current_load_month.load_id = occasion.load_id
    AND current_load_month.month = occasion.month
WHERE occasion.row_id IS NULL
UNION ALL
SELECT
    release_id,
    source_id,
    load_id,
    source_line,
    activity_id,
    indicator_id,
    place_id,
    duration_minutes,
    month,
    occurred_on AS start_on,
    occurred_on AS end_on,
    quantity,
    'exact' AS qualifier,
    quantity AS low,
    quantity AS high,
    CAST(NULL AS BIGINT) AS series_no,
    CAST(NULL AS BIGINT) AS place_in_series
FROM identified_occasion
UNION ALL
SELECT
    release_id,
    source_id,
    load_id,
    source_line,
    activity_id,
    indicator_id,
    CAST(NULL AS TEXT) AS place_id,
    CAST(NULL AS DECIMAL(18, 6)) AS duration_minutes,
    covers_to_month AS month,
    covers_from_on AS start_on,
    covers_to_on AS end_on,
    quantity,
    qualifier,
    low,
    high,
    series_no,
    place_in_series
FROM period_total
