-- The facts behind one figure: its way back to loads and lines.
SELECT
    fact.load_id,
    fact.source_line
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
