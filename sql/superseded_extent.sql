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
