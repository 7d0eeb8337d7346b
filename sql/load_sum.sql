-- What one load says of each indicator and month: its rows added up, or its total, which no other is added to and
-- which stands on a line unless it is an attested zero.
SELECT
    activity_id,
    indicator_id,
    month,
    SUM(quantity) AS quantity,
    CAST(NULL AS BIGINT) AS source_line
FROM occasion
WHERE load_id = :load_id
GROUP BY activity_id, indicator_id, month
UNION ALL
SELECT
    activity_id,
    indicator_id,
    covers_to_month AS month,
    quantity,
    source_line
FROM reported_total
WHERE load_id = :load_id
