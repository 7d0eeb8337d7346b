-- The loads that have delivered for months of a figure's period, with facts in it or not: where no row is, it is zero.
-- So it is in each month that an attested zero reaches into. Of a total there is only what it says: a fact.
SELECT DISTINCT COALESCE(zero.load_id, current_load_month.load_id) AS load_id
FROM tally
INNER JOIN counted_extent AS extent
    ON extent.release_id = tally.release_id
    AND extent.activity_id = tally.activity_id
    AND extent.indicator_id = tally.indicator_id
INNER JOIN current_load_month
    ON current_load_month.release_id = extent.release_id
    AND current_load_month.source_id = extent.source_id
    AND current_load_month.month = extent.last_month
LEFT JOIN period_total AS zero
    ON zero.release_id = extent.release_id
    AND zero.activity_id = extent.activity_id
    AND zero.indicator_id = extent.indicator_id
    AND zero.source_id = extent.source_id
    AND zero.covers_to_month = extent.last_month
    AND zero.source_line IS NULL
WHERE
    tally.release_id = :release_id
    AND tally.tally_id = :tally_id
    AND extent.start_on IS NULL
    AND extent.first_month <= :last_month
    AND extent.last_month >= :first_month
    AND extent.last_month <= :as_of_month
