-- Which of what has been delivered counts: where the first of several sources does, what gives way to no source before it.
-- An extent gives way to any of a source before its own that itself counts and shares a month with it.
-- A total is never split, so one that shares a single month gives way as a whole.
-- The sources have their turns by rank: what of one still stands then counts, and what shares a month with it falls.
SELECT *
FROM delivered_extent
WHERE
    source_rank IS NULL
    OR (release_id, activity_id, indicator_id, source_id, first_month, last_month) IN (
        WITH RECURSIVE standing AS (
            -- Extents that share a month share the last one of some extent: only such months need be looked at.
            SELECT
                extent.release_id,
                extent.activity_id,
                extent.indicator_id,
                extent.source_id,
                extent.source_rank,
                extent.first_month,
                extent.last_month,
                other.last_month AS month,
                0 AS turn
            FROM delivered_extent AS extent
            INNER JOIN delivered_extent AS other
                ON other.release_id = extent.release_id
                AND other.activity_id = extent.activity_id
                AND other.indicator_id = extent.indicator_id
                AND other.last_month BETWEEN extent.first_month AND extent.last_month
            WHERE extent.source_rank IS NOT NULL
            UNION
            SELECT
                release_id,
                activity_id,
                indicator_id,
                source_id,
                source_rank,
                first_month,
                last_month,
                month,
                turn + 1 AS turn
            FROM (
                SELECT
                    by_month.*,
                    MIN(rank_in_month) OVER (
                        PARTITION BY release_id, activity_id, indicator_id, source_id, first_month, last_month
                    ) AS first_rank
                FROM (
                    SELECT
                        standing.*,
                        MIN(source_rank) OVER (
                            PARTITION BY release_id, activity_id, indicator_id, month
                        ) AS rank_in_month
                    FROM standing
                ) AS by_month
            ) AS by_extent
            WHERE first_rank > turn
        )
        SELECT release_id, activity_id, indicator_id, source_id, first_month, last_month
        FROM standing
        WHERE turn = source_rank
    )
