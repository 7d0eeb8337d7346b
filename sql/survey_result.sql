-- The survey shares that a release publishes.
SELECT
    source_id,
    survey_id,
    question_id,
    area_id,
    surveyed_on,
    share,
    respondents_count,
    response_share,
    basis,
    standard_error,
    numerator_count,
    effective_count,
    freedom_count,
    unanswered_share
FROM surveyed_share
WHERE
    release_id = :release_id
    AND surveyed_on <= :as_of_on
