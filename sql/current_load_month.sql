-- Which load counts for each source and month of a release: that of the delivery received last,
-- which has the highest rank.
SELECT release_id, source_id, month, load_id
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
WHERE newest_first = 1
