-- What one load says of each indicator and month: its rows added up, or its total, which no other is added to.
SELECT
    activity_id,
    indicator_id,
    month,
    SUM(quantity) AS quantity
FROM occasion
WHERE load_id = :load_id
GROUP BY activity_id, indicator_id, month
UNION ALL
SELECT
    activity_id,
    indicator_id,
    covers_to_month AS month,
    quantity
FROM reported_total
WHERE load_id = :load_id
