-- Every fact that a release counts: not those of months for which a source that comes first has delivered.
SELECT fact.*
FROM delivered_fact AS fact
WHERE NOT EXISTS (
    SELECT 1
    FROM superseded_extent
    WHERE
        superseded_extent.release_id = fact.release_id
        AND superseded_extent.activity_id = fact.activity_id
        AND superseded_extent.indicator_id = fact.indicator_id
        AND superseded_extent.source_id = fact.source_id
        AND fact.month BETWEEN superseded_extent.first_month AND superseded_extent.last_month
)
