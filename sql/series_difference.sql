-- What each total of the year so far adds to each one before it in its series, and to nothing as the year begins.
-- Only between two exact totals is the difference exact. Otherwise the bounds of both ends widen it, and no other's:
-- a count only grows, so what was reached on the way was reached, and what was not exceeded was not exceeded before.
SELECT
    release_id,
    source_id,
    load_id,
    source_line,
    activity_id,
    indicator_id,
    series_no,
    after_place,
    place_in_series,
    COALESCE(after_month, covers_from_month) AS covers_from_month,
    covers_to_month,
    COALESCE(after_on, covers_from_on) AS covers_from_on,
    covers_to_on,
    GREATEST(added_quantity, added_low) AS quantity,
    CASE
        WHEN added_high IS NULL OR added_high < added_low THEN 'at_least'
        WHEN added_high = added_low THEN 'exact'
        WHEN after_high IS NULL THEN 'at_least'
        ELSE 'about'
    END AS qualifier,
    added_low AS low,
    CASE WHEN added_high >= added_low THEN added_high END AS high
FROM (
    SELECT
        total.*,
        earlier.place_in_series AS after_place,
        earlier.next_from_month AS after_month,
        earlier.next_from_on AS after_on,
        earlier.high AS after_high,
        total.quantity - earlier.quantity AS added_quantity,
        GREATEST(
            MAX(total.low) OVER (
                PARTITION BY total.series_no, earlier.place_in_series ORDER BY total.place_in_series
            )
            - MIN(earlier.high) OVER (
                PARTITION BY total.series_no, total.place_in_series ORDER BY earlier.place_in_series DESC
            ),
            0
        ) AS added_low,
        total.high - earlier.low AS added_high
    FROM series_total AS total
    INNER JOIN (
        SELECT series_no, place_in_series, next_from_month, next_from_on, quantity, low, high
        FROM series_total
        UNION ALL
        SELECT series_no, 0, NULL, NULL, 0, 0, 0
        FROM series_total
        WHERE place_in_series = 1
    ) AS earlier
        ON earlier.series_no = total.series_no
        AND earlier.place_in_series < total.place_in_series
) AS difference
