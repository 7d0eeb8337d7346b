-- What has been reported, by tally and period, up to the as-of day.
-- A fact counts in a period only when it lies wholly inside it: a total is never split.
-- One that may or may not belong to the tally counts only in the upper bound; 'at least' may have one too.
SELECT
    tally.tally_id,
    period.period_id,
    COALESCE(SUM(CASE WHEN fact.is_sure THEN fact.quantity END), 0) AS quantity,
    COALESCE(SUM(CASE WHEN fact.is_sure THEN fact.low END), 0) AS low,
    COALESCE(SUM(fact.high), 0) AS high,
    COUNT(CASE WHEN fact.qualifier = 'at_least' AND fact.high IS NULL THEN 1 END) AS at_least_terms,
    COUNT(CASE WHEN fact.qualifier = 'about' THEN 1 END) AS about_terms,
    COUNT(CASE WHEN NOT fact.is_sure OR (fact.qualifier = 'at_least' AND fact.high IS NOT NULL) THEN 1 END)
        AS unsure_terms
FROM period
INNER JOIN tally ON tally.release_id = period.release_id
LEFT JOIN tally_fact AS fact
    ON fact.release_id = period.release_id
    AND fact.tally_id = tally.tally_id
    AND fact.start_on >= period.start_on
    AND fact.end_on <= period.end_on
    AND fact.end_on <= :as_of_on
WHERE period.release_id = :release_id
GROUP BY tally.tally_id, period.period_id
