-- Months of which a source has told by late rows only: they are not delivered for.
SELECT DISTINCT
    indicator_source.release_id,
    indicator_source.activity_id,
    indicator_source.indicator_id,
    indicator_source.source_id,
    indicator_source.source_rank,
    occasion.month
FROM identified_occasion AS occasion
INNER JOIN indicator_source
    ON indicator_source.release_id = occasion.release_id
    AND indicator_source.source_id = occasion.source_id
    AND indicator_source.activity_id = occasion.activity_id
    AND indicator_source.indicator_id = occasion.indicator_id
WHERE
    occasion.is_late
    AND NOT EXISTS (
        SELECT 1
        FROM current_load_month
        WHERE
            current_load_month.release_id = occasion.release_id
            AND current_load_month.source_id = occasion.source_id
            AND current_load_month.month = occasion.month
    )
