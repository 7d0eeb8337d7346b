-- Every row of things done, with what it shares with others of its load.
SELECT
    occasion_row.load_id,
    occasion_row.source_line,
    occasion_kind.activity_id,
    occasion_kind.indicator_id,
    occasion_kind.place_id,
    occasion_row.occurred_on,
    occasion_kind.month,
    occasion_row.quantity,
    occasion_row.duration_minutes,
    occasion_row.row_id
FROM occasion_row
INNER JOIN occasion_kind
    ON occasion_kind.load_id = occasion_row.load_id
    AND occasion_kind.kind_no = occasion_row.kind_no
