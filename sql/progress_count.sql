-- What has been reported, by activity, indicator and period, up to the as-of day.
-- A fact counts in a period only when it lies wholly inside it: a total is never split.
SELECT
    indicator.activity_id,
    indicator.indicator_id,
    period.period_id,
    COALESCE(SUM(fact.quantity), 0) AS quantity,
    COALESCE(SUM(fact.low), 0) AS low,
    COALESCE(SUM(fact.high), 0) AS high,
    COUNT(CASE WHEN fact.qualifier = 'at_least' THEN 1 END) AS at_least_terms,
    COUNT(CASE WHEN fact.qualifier = 'about' THEN 1 END) AS about_terms
FROM period
INNER JOIN (
    SELECT DISTINCT release_id, activity_id, indicator_id FROM indicator_source
) AS indicator ON indicator.release_id = period.release_id
LEFT JOIN counted_fact AS fact
    ON fact.release_id = period.release_id
    AND fact.activity_id = indicator.activity_id
    AND fact.indicator_id = indicator.indicator_id
    AND fact.start_on >= period.start_on
    AND fact.end_on <= period.end_on
    AND fact.end_on <= :as_of_on
WHERE period.release_id = :release_id
GROUP BY indicator.activity_id, indicator.indicator_id, period.period_id
