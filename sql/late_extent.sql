-- Months of which a source has told an indicator by late rows only: they are not delivered for.
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
        FROM delivered_extent AS extent
        WHERE
            extent.release_id = indicator_source.release_id
            AND extent.activity_id = indicator_source.activity_id
            AND extent.indicator_id = indicator_source.indicator_id
            AND extent.source_id = indicator_source.source_id
            AND occasion.month BETWEEN extent.first_month AND extent.last_month
    )
