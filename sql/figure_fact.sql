-- The facts behind one figure: its way back to loads and lines, the first of each load, and how many there are.
SELECT
    load_id,
    source_line,
    lines_count
FROM (
    SELECT
        fact.load_id,
        fact.source_line,
        COUNT(*) OVER (PARTITION BY fact.load_id) AS lines_count,
        ROW_NUMBER() OVER (PARTITION BY fact.load_id ORDER BY fact.source_line) AS place
    FROM tally_fact AS fact
    INNER JOIN period
        ON period.release_id = fact.release_id
        AND fact.start_on >= period.start_on
        AND fact.end_on <= period.end_on
    WHERE
        fact.release_id = :release_id
        AND period.period_id = :period_id
        AND fact.tally_id = :tally_id
        AND fact.end_on <= :as_of_on
) AS behind
WHERE place <= :lines_max
