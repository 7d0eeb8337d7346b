-- What does not count because a source that comes first has delivered for the same months or some of them.
-- A total is never split, so one that overlaps a single month of the first source gives way as a whole.
SELECT DISTINCT
    later.release_id,
    later.activity_id,
    later.indicator_id,
    later.source_id,
    later.first_month,
    later.last_month
FROM delivered_extent AS later
INNER JOIN delivered_extent AS first
    ON first.release_id = later.release_id
    AND first.activity_id = later.activity_id
    AND first.indicator_id = later.indicator_id
    AND first.source_rank < later.source_rank
    AND first.first_month <= later.last_month
    AND first.last_month >= later.first_month
UNION
-- Late rows deliver for no month, so where one of several sources counts they give way to any that has delivered for it.
SELECT
    late.release_id,
    late.activity_id,
    late.indicator_id,
    late.source_id,
    late.month AS first_month,
    late.month AS last_month
FROM late_extent AS late
INNER JOIN delivered_extent AS other
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
