-- The number of live tables is the sum of these changes. Who opens or ends a table adds a row and waits for nobody.
-- Triggers do that, so that every release does that writes to this database.
CREATE TABLE arcane_codex.live_changes (change bigint NOT NULL);

-- With the rights of its owner: a role that may write tables need not have been granted this one.
CREATE FUNCTION arcane_codex.note_live_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO arcane_codex.live_changes (change) VALUES (TG_ARGV[0]::bigint);
    RETURN NULL;
END
$$;

-- The first of these waits for whoever is writing tables and keeps others from it, so that no change is lost between
-- the triggers and the count below.
CREATE TRIGGER opened_live AFTER INSERT ON arcane_codex.tables
    FOR EACH ROW WHEN (NEW.live) EXECUTE FUNCTION arcane_codex.note_live_change('1');
CREATE TRIGGER became_live AFTER UPDATE OF live ON arcane_codex.tables
    FOR EACH ROW WHEN (NEW.live AND NOT OLD.live) EXECUTE FUNCTION arcane_codex.note_live_change('1');
CREATE TRIGGER came_to_an_end AFTER UPDATE OF live ON arcane_codex.tables
    FOR EACH ROW WHEN (OLD.live AND NOT NEW.live) EXECUTE FUNCTION arcane_codex.note_live_change('-1');
CREATE TRIGGER deleted_live AFTER DELETE ON arcane_codex.tables
    FOR EACH ROW WHEN (OLD.live) EXECUTE FUNCTION arcane_codex.note_live_change('-1');

INSERT INTO arcane_codex.live_changes (change)
SELECT count(*) FROM arcane_codex.tables WHERE live;

CREATE FUNCTION arcane_codex.count_live(OUT live bigint, OUT changes bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(sum(change), 0)::bigint, count(*) FROM arcane_codex.live_changes
$$;

-- Makes one row of all that are there. Changes that are written meanwhile stay rows of their own.
CREATE FUNCTION arcane_codex.sum_up_live_changes() RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH summed_up AS (DELETE FROM arcane_codex.live_changes RETURNING change)
    INSERT INTO arcane_codex.live_changes (change) SELECT coalesce(sum(change), 0) FROM summed_up
$$;

-- Appends a commit that makes a table live while fewer than `live_max` tables are; otherwise the outcome is 'full'.
-- A repeat is answered however many there are.
--
-- Who opens waits for who opens, here as in `open`: counting and opening are one step. The lock ends with the
-- transaction.
CREATE FUNCTION arcane_codex.admit(
    live_max bigint, of_table text, of_command text, expected bigint, root bytea, new_body text, new_at_ms bigint,
    new_code text, new_deadline_ms bigint, new_live boolean,
    OUT outcome text, OUT kept arcane_codex.records
) LANGUAGE plpgsql AS $$
DECLARE
    counted record;
    appended record;
BEGIN
    -- "ArCx" and what it is for.
    PERFORM pg_advisory_xact_lock(1098007416, 1);

    IF NOT EXISTS (
        SELECT FROM arcane_codex.records WHERE table_id = of_table AND command_id = of_command
    ) THEN
        SELECT * INTO counted FROM arcane_codex.count_live();
        IF counted.live >= live_max THEN
            outcome := 'full';
            RETURN;
        END IF;
        -- A role may be set to see only what was there when its transaction began, which is before it had the lock.
        -- Then the row that whoever opened meanwhile has written makes this one collide with it, and begin anew.
        IF counted.changes > 100 OR current_setting('transaction_isolation') <> 'read committed' THEN
            PERFORM arcane_codex.sum_up_live_changes();
        END IF;
    END IF;
    SELECT * INTO appended
    FROM arcane_codex.append(
        of_table, of_command, expected, root, new_body, new_at_ms, new_code, new_deadline_ms, new_live
    );
    outcome := appended.outcome;
    kept := appended.kept;
END
$$;
