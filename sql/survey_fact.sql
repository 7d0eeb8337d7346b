-- The survey rows behind a direction: its question in its area, from the baseline to the end of the period.
-- The baseline is the last survey before the agreement; where there is none, what was asked since is all there is.
-- What was estimated from answers has no line of its own in the delivery.
SELECT
    load_id,
    source_line
FROM (
    SELECT
        load_id,
        source_line,
        surveyed_on,
        MAX(CASE WHEN surveyed_on < :starts_on THEN surveyed_on END) OVER () AS baseline_on
    FROM (
        SELECT
            survey_share.load_id,
            survey_share.source_line,
            survey_share.surveyed_on
        FROM survey_share
        INNER JOIN current_load_month
            ON current_load_month.load_id = survey_share.load_id
            AND current_load_month.month = survey_share.month
        WHERE
            current_load_month.release_id = :release_id
            AND current_load_month.source_id = :source_id
            AND survey_share.question_id = :question_id
            AND survey_share.area_id = :area_id
            AND survey_share.surveyed_on <= :until_on
        UNION ALL
        SELECT
            survey_estimate.load_id,
            CAST(NULL AS BIGINT) AS source_line,
            survey_estimate.surveyed_on
        FROM survey_estimate
        INNER JOIN current_load_month
            ON current_load_month.load_id = survey_estimate.load_id
            AND current_load_month.month = survey_estimate.month
        WHERE
            current_load_month.release_id = :release_id
            AND current_load_month.source_id = :source_id
            AND survey_estimate.question_id = :question_id
            AND survey_estimate.area_id = :area_id
            AND survey_estimate.surveyed_on <= :until_on
    ) AS asked
) AS dated
WHERE baseline_on IS NULL OR surveyed_on >= baseline_on
