-- Which months have been delivered for each indicator and source.
-- Rows cover each month of their delivery, for what the contract of their time read; a total covers its own days as a
-- whole, and only for its indicator.
-- An attested zero, which stands on no line, is zero in each of its months, too.
SELECT
    indicator_source.release_id,
    indicator_source.activity_id,
    indicator_source.indicator_id,
    indicator_source.source_id,
    indicator_source.source_rank,
    current_load_month.month AS first_month,
    current_load_month.month AS last_month,
    CAST(NULL AS DATE) AS start_on,
    CAST(NULL AS DATE) AS end_on
FROM indicator_source
INNER JOIN current_load_month
    ON current_load_month.release_id = indicator_source.release_id
    AND current_load_month.source_id = indicator_source.source_id
WHERE
    indicator_source.is_counted_from_rows
    AND NOT EXISTS (
        SELECT 1
        FROM unread_indicator
        WHERE
            unread_indicator.release_id = indicator_source.release_id
            AND unread_indicator.load_id = current_load_month.load_id
            AND unread_indicator.activity_id = indicator_source.activity_id
            AND unread_indicator.indicator_id = indicator_source.indicator_id
    )
UNION
SELECT
    indicator_source.release_id,
    indicator_source.activity_id,
    indicator_source.indicator_id,
    indicator_source.source_id,
    indicator_source.source_rank,
    period_total.covers_from_month AS first_month,
    period_total.covers_to_month AS last_month,
    CASE
        WHEN period_total.source_line IS NULL AND period_total.high = 0 THEN NULL
        ELSE period_total.covers_from_on
    END AS start_on,
    CASE
        WHEN period_total.source_line IS NULL AND period_total.high = 0 THEN NULL
        ELSE period_total.covers_to_on
    END AS end_on
FROM period_total
INNER JOIN indicator_source
    ON indicator_source.release_id = period_total.release_id
    AND indicator_source.source_id = period_total.source_id
    AND indicator_source.activity_id = period_total.activity_id
    AND indicator_source.indicator_id = period_total.indicator_id
