-- Appends a table's first commit while fewer than `live_max` tables are live; otherwise the outcome is 'full'.
--
-- Who opens waits for who opens: counting and opening are one step. The lock ends with the transaction.
CREATE FUNCTION arcane_codex.open(
    live_max bigint, of_table text, of_command text, root bytea, new_body text, new_at_ms bigint,
    new_code text, new_deadline_ms bigint, new_live boolean,
    OUT outcome text, OUT kept arcane_codex.records
) LANGUAGE plpgsql AS $$
DECLARE
    live_now bigint;
    appended record;
BEGIN
    -- "ArCx" and what it is for.
    PERFORM pg_advisory_xact_lock(1098007416, 1);

    IF NOT EXISTS (
        SELECT FROM arcane_codex.records WHERE table_id = of_table AND command_id = of_command
    ) THEN
        SELECT count(*) INTO live_now FROM arcane_codex.tables WHERE live;
        IF live_now >= live_max THEN
            outcome := 'full';
            RETURN;
        END IF;
    END IF;
    SELECT * INTO appended
    FROM arcane_codex.append(
        of_table, of_command, 0, root, new_body, new_at_ms, new_code, new_deadline_ms, new_live
    );
    outcome := appended.outcome;
    kept := appended.kept;
END
$$;
