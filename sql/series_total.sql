-- The totals of the year so far that count, in their order: a series is a source's, of one indicator and one year.
SELECT
    current_load_month.release_id,
    current_load_month.source_id,
    reported_total.load_id,
    reported_total.source_line,
    reported_total.activity_id,
    reported_total.indicator_id,
    reported_total.covers_from_month,
    reported_total.covers_to_month,
    reported_total.covers_from_on,
    reported_total.covers_to_on,
    reported_total.next_from_month,
    reported_total.next_from_on,
    reported_total.quantity,
    reported_total.qualifier,
    reported_total.low,
    reported_total.high,
    DENSE_RANK() OVER (
        ORDER BY
            current_load_month.release_id,
            current_load_month.source_id,
            reported_total.activity_id,
            reported_total.indicator_id,
            reported_total.covers_from_month
    ) AS series_no,
    ROW_NUMBER() OVER (
        PARTITION BY
            current_load_month.release_id,
            current_load_month.source_id,
            reported_total.activity_id,
            reported_total.indicator_id,
            reported_total.covers_from_month
        ORDER BY reported_total.covers_to_month
    ) AS place_in_series
FROM reported_total
INNER JOIN current_load_month
    ON current_load_month.load_id = reported_total.load_id
    AND current_load_month.month = reported_total.covers_to_month
WHERE reported_total.next_from_month IS NOT NULL
