-- How many events a publisher's feed has told of, by type, month and place, as it last told of each.
-- A feed is a rolling list: what left it stays counted, and an event that comes back is counted as it is now.
SELECT
    source_id,
    series_id,
    series_label_sv,
    county_code,
    municipality_code,
    month,
    COUNT(*) AS events_count
FROM (
    SELECT
        load.source_id,
        context_event.series_id,
        context_event.series_label_sv,
        context_event.county_code,
        context_event.municipality_code,
        context_event.occurred_on,
        context_event.month,
        ROW_NUMBER() OVER (
            PARTITION BY load.source_id, context_event.event_id
            ORDER BY release_input.delivery_rank DESC
        ) AS newest_first
    FROM release_input
    INNER JOIN load ON load.load_id = release_input.load_id
    INNER JOIN context_event ON context_event.load_id = load.load_id
    WHERE release_input.release_id = :release_id
) AS told
WHERE
    newest_first = 1
    AND occurred_on <= :as_of_on
GROUP BY source_id, series_id, series_label_sv, county_code, municipality_code, month
