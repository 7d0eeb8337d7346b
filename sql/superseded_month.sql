-- The months in which facts of a source do not count: those of what does not count that anything has been told of.
SELECT DISTINCT
    superseded_extent.release_id,
    superseded_extent.activity_id,
    superseded_extent.indicator_id,
    superseded_extent.source_id,
    told.month
FROM superseded_extent
INNER JOIN (
    SELECT release_id, month
    FROM current_load_month
    UNION
    SELECT release_id, month
    FROM late_extent
) AS told
    ON told.release_id = superseded_extent.release_id
    AND told.month BETWEEN superseded_extent.first_month AND superseded_extent.last_month
