-- How many deliveries should by now have come for each source and period, and how many of them have.
SELECT
    due_period.source_id,
    period.period_id,
    COUNT(*) AS deliveries_due,
    COUNT(CASE WHEN due_period.months_count = (
        SELECT COUNT(*)
        FROM current_load_month
        WHERE
            current_load_month.release_id = due_period.release_id
            AND current_load_month.source_id = due_period.source_id
            AND current_load_month.month BETWEEN due_period.first_month AND due_period.last_month
    ) THEN 1 END) AS deliveries_received
FROM period
INNER JOIN due_period
    ON due_period.release_id = period.release_id
    AND due_period.start_on <= period.end_on
    AND due_period.end_on >= period.start_on
WHERE
    period.release_id = :release_id
    AND due_period.end_on <= :as_of_on
GROUP BY due_period.source_id, period.period_id
