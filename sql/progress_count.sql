-- What has been reported, by tally and period, up to the as-of day.
-- A fact counts in a period only when it lies wholly inside it: a total is never split.
-- One that may or may not belong to the tally counts only in the upper bound; 'at least' may have one too.
-- Totals of the year so far count by the longest span inside the period: bounds of their differences do not add up.
-- Facts of the same days are added up first: there are few days, and each lies in several periods.
SELECT
    tally.tally_id,
    period.period_id,
    COALESCE(SUM(days.quantity), 0) AS quantity,
    COALESCE(SUM(days.low), 0) AS low,
    COALESCE(SUM(days.high), 0) AS high,
    CAST(COALESCE(SUM(days.at_least_terms), 0) AS BIGINT) AS at_least_terms,
    CAST(COALESCE(SUM(days.about_terms), 0) AS BIGINT) AS about_terms,
    CAST(COALESCE(SUM(days.unsure_terms), 0) AS BIGINT) AS unsure_terms
FROM period
INNER JOIN tally ON tally.release_id = period.release_id
LEFT JOIN (
    SELECT
        release_id,
        tally_id,
        start_on,
        end_on,
        wider_start_on,
        wider_end_on,
        SUM(CASE WHEN is_sure THEN quantity END) AS quantity,
        SUM(CASE WHEN is_sure THEN low END) AS low,
        SUM(high) AS high,
        COUNT(CASE WHEN qualifier = 'at_least' AND high IS NULL THEN 1 END) AS at_least_terms,
        COUNT(CASE WHEN qualifier = 'about' THEN 1 END) AS about_terms,
        COUNT(CASE WHEN NOT is_sure OR (qualifier = 'at_least' AND high IS NOT NULL) THEN 1 END) AS unsure_terms
    FROM (
        SELECT
            release_id,
            tally_id,
            start_on,
            end_on,
            CAST(NULL AS DATE) AS wider_start_on,
            CAST(NULL AS DATE) AS wider_end_on,
            quantity,
            qualifier,
            low,
            high,
            is_sure
        FROM tally_fact
        WHERE series_no IS NULL
        UNION ALL
        SELECT
            release_id,
            tally_id,
            start_on,
            end_on,
            wider_start_on,
            wider_end_on,
            quantity,
            qualifier,
            low,
            high,
            is_sure
        FROM tally_span
    ) AS fact
    WHERE end_on <= :as_of_on
    GROUP BY release_id, tally_id, start_on, end_on, wider_start_on, wider_end_on
) AS days
    ON days.release_id = period.release_id
    AND days.tally_id = tally.tally_id
    AND days.start_on >= period.start_on
    AND days.end_on <= period.end_on
    AND (days.wider_start_on IS NULL OR days.wider_start_on < period.start_on)
    AND (days.wider_end_on IS NULL OR days.wider_end_on > period.end_on OR days.wider_end_on > :as_of_on)
WHERE period.release_id = :release_id
GROUP BY tally.tally_id, period.period_id
