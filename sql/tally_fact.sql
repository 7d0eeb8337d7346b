-- The facts of each tally: those in its places that last long enough, and those of which it is not said (not sure).
SELECT
    tally.release_id,
    tally.tally_id,
    fact.load_id,
    fact.source_line,
    fact.start_on,
    fact.end_on,
    fact.quantity,
    fact.qualifier,
    fact.low,
    fact.high,
    fact.series_no,
    fact.place_in_series,
    (NOT tally.is_placed OR fact.place_id IS NOT NULL)
    AND (tally.minimum_minutes IS NULL OR fact.duration_minutes IS NOT NULL) AS is_sure
FROM tally
INNER JOIN counted_fact AS fact
    ON fact.release_id = tally.release_id
    AND fact.activity_id = tally.activity_id
    AND fact.indicator_id = tally.indicator_id
LEFT JOIN tally_place
    ON tally_place.release_id = tally.release_id
    AND tally_place.tally_id = tally.tally_id
    AND tally_place.place_id = fact.place_id
WHERE
    (NOT tally.is_placed OR fact.place_id IS NULL OR tally_place.place_id IS NOT NULL)
    AND (
        tally.minimum_minutes IS NULL
        OR fact.duration_minutes IS NULL
        OR fact.duration_minutes >= tally.minimum_minutes
    )
