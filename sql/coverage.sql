-- Which months have been delivered for each indicator and source, up to the as-of month, of what counts.
SELECT
    activity_id,
    indicator_id,
    source_id,
    first_month,
    last_month,
    start_on,
    end_on
FROM counted_extent
WHERE
    release_id = :release_id
    AND last_month <= :as_of_month
