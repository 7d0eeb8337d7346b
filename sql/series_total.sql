-- The totals of the year so far that count, in their order: a series is a source's, of one indicator and one year.
-- Each is of the year until its own last month: of those until the same month the one received last counts, and one
-- until a later month, whatever months its delivery is named by, stands in nobody's place.
-- A count only grows. Where one total is above a later one, one of them is wrong, nobody knows which: nothing is known
-- by the earlier one, and by the later one only how much has been done at least.
SELECT
    release_id,
    source_id,
    load_id,
    source_line,
    activity_id,
    indicator_id,
    covers_from_month,
    covers_to_month,
    covers_from_on,
    covers_to_on,
    next_from_month,
    next_from_on,
    series_no,
    place_in_series,
    CASE WHEN is_above_a_later_one THEN 0 ELSE quantity END AS quantity,
    CASE WHEN is_above_a_later_one OR is_below_an_earlier_one THEN 'at_least' ELSE qualifier END AS qualifier,
    CASE WHEN is_above_a_later_one THEN 0 ELSE low END AS low,
    CASE WHEN NOT (is_above_a_later_one OR is_below_an_earlier_one) THEN high END AS high
FROM (
    SELECT
        series.*,
        COALESCE(low > MIN(high) OVER (
            PARTITION BY series_no ORDER BY place_in_series ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ), FALSE) AS is_above_a_later_one,
        COALESCE(high < MAX(low) OVER (
            PARTITION BY series_no ORDER BY place_in_series ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), FALSE) AS is_below_an_earlier_one
    FROM (
        SELECT
            newest.release_id,
            newest.source_id,
            reported_total.*,
            DENSE_RANK() OVER (
                ORDER BY
                    newest.release_id,
                    newest.source_id,
                    reported_total.activity_id,
                    reported_total.indicator_id,
                    reported_total.covers_from_month
            ) AS series_no,
            ROW_NUMBER() OVER (
                PARTITION BY
                    newest.release_id,
                    newest.source_id,
                    reported_total.activity_id,
                    reported_total.indicator_id,
                    reported_total.covers_from_month
                ORDER BY reported_total.covers_to_month
            ) AS place_in_series
        FROM reported_total
        INNER JOIN (
            SELECT
                release_input.release_id,
                load.source_id,
                load.load_id,
                ROW_NUMBER() OVER (
                    PARTITION BY release_input.release_id, load.source_id, MAX(load_month.month)
                    ORDER BY release_input.delivery_rank DESC
                ) AS newest_first
            FROM release_input
            INNER JOIN load ON load.load_id = release_input.load_id
            INNER JOIN load_month ON load_month.load_id = load.load_id
            GROUP BY release_input.release_id, load.source_id, load.load_id, release_input.delivery_rank
        ) AS newest
            ON newest.load_id = reported_total.load_id
            AND newest.newest_first = 1
        WHERE reported_total.next_from_month IS NOT NULL
    ) AS series
) AS compared
