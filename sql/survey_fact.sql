-- The survey rows behind a direction: its question in its area, from the baseline to the end of the period.
-- The baseline is the last survey before the agreement; where there is none, what was asked since is all there is.
SELECT
    load_id,
    source_line
FROM (
    SELECT
        load_id,
        source_line,
        surveyed_on,
        MAX(CASE WHEN surveyed_on < :starts_on THEN surveyed_on END) OVER () AS baseline_on
    FROM surveyed_share
    WHERE
        release_id = :release_id
        AND source_id = :source_id
        AND question_id = :question_id
        AND area_id = :area_id
        AND surveyed_on <= :until_on
) AS asked
WHERE baseline_on IS NULL OR surveyed_on >= baseline_on
