-- The survey shares that a release publishes, each from the load that counts for its month.
SELECT
    current_load_month.source_id,
    survey_share.survey_id,
    survey_share.question_id,
    survey_share.area_id,
    survey_share.surveyed_on,
    survey_share.share,
    survey_share.respondents_count,
    survey_share.response_share
FROM survey_share
INNER JOIN current_load_month
    ON current_load_month.load_id = survey_share.load_id
    AND current_load_month.month = survey_share.month
WHERE
    current_load_month.release_id = :release_id
    AND survey_share.surveyed_on <= :as_of_on
