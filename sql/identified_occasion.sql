-- Rows that bear an id, each thing once for its source: as the newest delivery that counts tells of it.
-- A late one, of a month before its delivery's, counts while its load is the one that counts for any of those.
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
    occurred_on,
    quantity,
    is_late
FROM (
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
        occasion.occurred_on,
        occasion.quantity,
        occasion.month < span.first_month AS is_late,
        ROW_NUMBER() OVER (
            PARTITION BY current_load_month.release_id, current_load_month.source_id, occasion.row_id
            ORDER BY release_input.delivery_rank DESC
        ) AS newest_first
    FROM occasion
    INNER JOIN (
        SELECT
            current_load_month.release_id,
            current_load_month.load_id,
            MIN(load_month.month) AS first_month,
            MAX(current_load_month.month) AS last_counted_month
        FROM current_load_month
        INNER JOIN load_month ON load_month.load_id = current_load_month.load_id
        GROUP BY current_load_month.release_id, current_load_month.load_id
    ) AS span ON span.load_id = occasion.load_id
    INNER JOIN current_load_month
        ON current_load_month.release_id = span.release_id
        AND current_load_month.load_id = span.load_id
        AND current_load_month.month
        = CASE WHEN occasion.month < span.first_month THEN span.last_counted_month ELSE occasion.month END
    INNER JOIN release_input
        ON release_input.release_id = current_load_month.release_id
        AND release_input.load_id = current_load_month.load_id
    WHERE occasion.row_id IS NOT NULL
) AS told
WHERE newest_first = 1
