-- What each total of the year so far adds to the one before it, as tallies count it; those that follow each other
-- without one that gives way are a run. `wider` days are of the neighbours in it.
SELECT
    release_id,
    tally_id,
    series_no,
    place_in_series,
    start_on,
    end_on,
    is_sure,
    place_in_series - ROW_NUMBER() OVER in_order AS run_no,
    CASE WHEN LAG(place_in_series) OVER in_order = place_in_series - 1 THEN LAG(start_on) OVER in_order END
        AS wider_start_on,
    CASE WHEN LEAD(place_in_series) OVER in_order = place_in_series + 1 THEN LEAD(end_on) OVER in_order END
        AS wider_end_on
FROM tally_fact
WHERE series_no IS NOT NULL
WINDOW in_order AS (PARTITION BY release_id, tally_id, series_no ORDER BY place_in_series)
