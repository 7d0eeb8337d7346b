-- What the steps of each part of a run are together: the difference between its ends, whose bounds are not added up.
-- A period has that of the longest part inside it: one that holds no `wider` day.
SELECT
    first.release_id,
    first.tally_id,
    first.start_on,
    last.end_on,
    first.wider_start_on,
    last.wider_end_on,
    difference.quantity,
    difference.qualifier,
    difference.low,
    difference.high,
    first.is_sure
FROM tally_step AS first
INNER JOIN tally_step AS last
    ON last.release_id = first.release_id
    AND last.tally_id = first.tally_id
    AND last.series_no = first.series_no
    AND last.run_no = first.run_no
    AND last.place_in_series >= first.place_in_series
INNER JOIN series_difference AS difference
    ON difference.series_no = first.series_no
    AND difference.after_place = first.place_in_series - 1
    AND difference.place_in_series = last.place_in_series
