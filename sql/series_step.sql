-- What a total of the year so far adds to the one before it in its series; the first of a year is its own.
-- Only between two exact totals is the difference exact. One that falls says nothing but that something was reported.
SELECT
    total.release_id,
    total.source_id,
    total.load_id,
    total.source_line,
    total.activity_id,
    total.indicator_id,
    COALESCE(earlier.next_from_month, total.covers_from_month) AS covers_from_month,
    total.covers_to_month,
    COALESCE(earlier.next_from_on, total.covers_from_on) AS covers_from_on,
    total.covers_to_on,
    CASE
        WHEN earlier.load_id IS NULL THEN total.quantity
        WHEN total.quantity >= earlier.quantity THEN total.quantity - earlier.quantity
        ELSE 0
    END AS quantity,
    CASE
        WHEN earlier.load_id IS NULL THEN total.qualifier
        WHEN total.quantity < earlier.quantity OR total.high IS NULL OR earlier.high IS NULL THEN 'at_least'
        WHEN total.qualifier = 'exact' AND earlier.qualifier = 'exact' THEN 'exact'
        ELSE 'about'
    END AS qualifier,
    CASE
        WHEN earlier.load_id IS NULL THEN total.low
        WHEN total.low > earlier.high THEN total.low - earlier.high
        ELSE 0
    END AS low,
    CASE
        WHEN earlier.load_id IS NULL THEN total.high
        WHEN total.quantity >= earlier.quantity THEN total.high - earlier.low
    END AS high
FROM series_total AS total
LEFT JOIN series_total AS earlier
    ON earlier.release_id = total.release_id
    AND earlier.source_id = total.source_id
    AND earlier.activity_id = total.activity_id
    AND earlier.indicator_id = total.indicator_id
    AND earlier.covers_from_month = total.covers_from_month
    AND earlier.place_in_series = total.place_in_series - 1
