-- What does not count because a source that comes first has delivered for the same months or some of them.
SELECT
    release_id,
    activity_id,
    indicator_id,
    source_id,
    first_month,
    last_month
FROM delivered_extent
EXCEPT
SELECT
    release_id,
    activity_id,
    indicator_id,
    source_id,
    first_month,
    last_month
FROM counted_extent
UNION
-- Late rows deliver for no month, so where one of several sources counts they give way to any whose delivery for it does.
SELECT
    late.release_id,
    late.activity_id,
    late.indicator_id,
    late.source_id,
    late.month AS first_month,
    late.month AS last_month
FROM late_extent AS late
INNER JOIN counted_extent AS other
    ON other.release_id = late.release_id
    AND other.activity_id = late.activity_id
    AND other.indicator_id = late.indicator_id
    AND other.source_rank <> late.source_rank
    AND other.first_month <= late.month
    AND other.last_month >= late.month
UNION
SELECT
    late.release_id,
    late.activity_id,
    late.indicator_id,
    late.source_id,
    late.month AS first_month,
    late.month AS last_month
FROM late_extent AS late
INNER JOIN late_extent AS first
    ON first.release_id = late.release_id
    AND first.activity_id = late.activity_id
    AND first.indicator_id = late.indicator_id
    AND first.source_rank < late.source_rank
    AND first.month = late.month
