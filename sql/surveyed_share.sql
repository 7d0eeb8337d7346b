-- What surveys have measured, each share from the load that counts for its month: as published, and as estimated from
-- answers, which has no line of its own in the delivery.
SELECT
    current_load_month.release_id,
    current_load_month.source_id,
    survey_share.load_id,
    survey_share.source_line,
    survey_share.survey_id,
    survey_share.question_id,
    survey_share.area_id,
    survey_share.surveyed_on,
    survey_share.share,
    survey_share.respondents_count,
    survey_share.response_share,
    'published' AS basis,
    CAST(NULL AS NUMERIC(18, 6)) AS standard_error,
    CAST(NULL AS BIGINT) AS numerator_count,
    CAST(NULL AS NUMERIC(18, 6)) AS effective_count,
    CAST(NULL AS BIGINT) AS freedom_count,
    CAST(NULL AS NUMERIC(18, 6)) AS unanswered_share
FROM survey_share
INNER JOIN current_load_month
    ON current_load_month.load_id = survey_share.load_id
    AND current_load_month.month = survey_share.month
UNION ALL
SELECT
    current_load_month.release_id,
    current_load_month.source_id,
    survey_estimate.load_id,
    CAST(NULL AS BIGINT) AS source_line,
    survey_estimate.survey_id,
    survey_estimate.question_id,
    survey_estimate.area_id,
    survey_estimate.surveyed_on,
    survey_estimate.share,
    survey_estimate.respondents_count,
    survey_estimate.response_share,
    'answers' AS basis,
    survey_estimate.standard_error,
    survey_estimate.numerator_count,
    survey_estimate.effective_count,
    survey_estimate.freedom_count,
    survey_estimate.unanswered_share
FROM survey_estimate
INNER JOIN current_load_month
    ON current_load_month.load_id = survey_estimate.load_id
    AND current_load_month.month = survey_estimate.month
