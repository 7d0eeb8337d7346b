-- Which load counts for each source and month of a release: that of the delivery received last,
-- which has the highest rank.
-- A total is never split: where a later delivery is about some of its months, it counts for none of them, nor does what
-- it came instead of. Totals of the year so far are each of the year until their own last month, and stay.
SELECT release_id, source_id, month, load_id
FROM (
    SELECT
        release_id,
        source_id,
        month,
        load_id,
        newest_first,
        MAX(newest_first) OVER (PARTITION BY release_id, load_id) AS least_new
    FROM (
        SELECT
            release_input.release_id,
            load.source_id,
            load_month.month,
            load.load_id,
            ROW_NUMBER() OVER (
                PARTITION BY release_input.release_id, load.source_id, load_month.month
                ORDER BY release_input.delivery_rank DESC
            ) AS newest_first
        FROM release_input
        INNER JOIN load ON load.load_id = release_input.load_id
        INNER JOIN load_month ON load_month.load_id = load.load_id
    ) AS ranked
) AS counted
WHERE
    newest_first = 1
    AND (
        least_new = 1
        OR NOT EXISTS (
            SELECT 1
            FROM reported_total
            WHERE
                reported_total.load_id = counted.load_id
                AND reported_total.next_from_month IS NULL
        )
    )
