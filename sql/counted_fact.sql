-- Every fact that a release counts: not those of months for which a source that comes first has delivered.
SELECT fact.*
FROM delivered_fact AS fact
WHERE NOT EXISTS (
    SELECT 1
    FROM superseded_month
    WHERE
        superseded_month.release_id = fact.release_id
        AND superseded_month.activity_id = fact.activity_id
        AND superseded_month.indicator_id = fact.indicator_id
        AND superseded_month.source_id = fact.source_id
        AND superseded_month.month = fact.month
)
