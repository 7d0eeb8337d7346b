-- Which months have been delivered for each indicator and source, up to the as-of month, of what counts.
SELECT
    extent.activity_id,
    extent.indicator_id,
    extent.source_id,
    extent.first_month,
    extent.last_month,
    extent.start_on,
    extent.end_on
FROM delivered_extent AS extent
WHERE
    extent.release_id = :release_id
    AND extent.last_month <= :as_of_month
    AND NOT EXISTS (
        SELECT 1
        FROM superseded_extent
        WHERE
            superseded_extent.release_id = extent.release_id
            AND superseded_extent.activity_id = extent.activity_id
            AND superseded_extent.indicator_id = extent.indicator_id
            AND superseded_extent.source_id = extent.source_id
            AND superseded_extent.first_month = extent.first_month
            AND superseded_extent.last_month = extent.last_month
    )
