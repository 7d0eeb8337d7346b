-- Every total that counts, as a number of its own months.
-- A load of totals counts for all of its months or for none, so the last month's load is every month's load.
SELECT
    current_load_month.release_id,
    current_load_month.source_id,
    reported_total.load_id,
    reported_total.source_line,
    reported_total.activity_id,
    reported_total.indicator_id,
    reported_total.covers_from_month,
    reported_total.covers_to_month,
    reported_total.covers_from_on,
    reported_total.covers_to_on,
    reported_total.quantity,
    reported_total.qualifier,
    reported_total.low,
    reported_total.high,
    CAST(NULL AS BIGINT) AS series_no,
    CAST(NULL AS BIGINT) AS place_in_series
FROM reported_total
INNER JOIN current_load_month
    ON current_load_month.load_id = reported_total.load_id
    AND current_load_month.month = reported_total.covers_to_month
WHERE reported_total.next_from_month IS NULL
UNION ALL
SELECT
    release_id,
    source_id,
    load_id,
    source_line,
    activity_id,
    indicator_id,
    covers_from_month,
    covers_to_month,
    covers_from_on,
    covers_to_on,
    quantity,
    qualifier,
    low,
    high,
    series_no,
    place_in_series
FROM series_difference
WHERE
    after_place = place_in_series - 1
    -- What began before the agreement lies in no period of it, and so stands in nobody's way.
    AND EXISTS (
        SELECT 1
        FROM period
        WHERE
            period.release_id = series_difference.release_id
            AND period.start_on <= series_difference.covers_from_on
    )
