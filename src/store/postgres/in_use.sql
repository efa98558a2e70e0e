-- When each table was used last, exact to five minutes, and the client that opened it, for as long as it is live.
ALTER TABLE arcane_codex.tables ADD COLUMN used_ms bigint;
ALTER TABLE arcane_codex.tables ADD COLUMN opened_by bytea;

UPDATE arcane_codex.tables SET used_ms = touched_ms WHERE live;

-- No index names a column that every commit changes: where none does, a commit leaves all of them alone.
CREATE INDEX tables_by_use ON arcane_codex.tables (used_ms) WHERE live;
CREATE INDEX tables_by_opener ON arcane_codex.tables (opened_by, used_ms) WHERE live AND opened_by IS NOT NULL;
-- Those at which nobody looked a second time.
CREATE INDEX tables_unattended ON arcane_codex.tables (opened_ms, id) WHERE live AND used_ms < opened_ms + 600000;

-- As it was, and it notes the use: so does every release that appends to this database. A deadline that passes is
-- nobody's use.
CREATE OR REPLACE FUNCTION arcane_codex.append(
    of_table text, of_command text, expected bigint, root bytea, new_body text, new_at_ms bigint,
    new_code text, new_deadline_ms bigint, new_live boolean,
    OUT outcome text, OUT kept arcane_codex.records
) LANGUAGE plpgsql AS $$
DECLARE
    reached bigint;
    reached_hash bytea;
    new_hash bytea;
BEGIN
    -- Who is answered must be safe from a crash, whatever the role or the database is set to.
    IF current_setting('synchronous_commit') = 'off' THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;

    -- Whoever comes second waits here, and sees what the first has written.
    SELECT version, head INTO reached, reached_hash
    FROM arcane_codex.tables WHERE id = of_table FOR UPDATE;

    -- A repeat is known before anything else is asked: its expectations are stale.
    SELECT * INTO kept
    FROM arcane_codex.records WHERE table_id = of_table AND command_id = of_command;
    IF FOUND THEN
        outcome := 'repeated';
        RETURN;
    END IF;
    IF coalesce(reached, 0) <> expected THEN
        outcome := 'conflict';
        RETURN;
    END IF;
    IF new_live AND EXISTS (
        SELECT FROM arcane_codex.tables WHERE live AND code = new_code AND id <> of_table
    ) THEN
        outcome := 'taken';
        RETURN;
    END IF;

    reached_hash := coalesce(reached_hash, root);
    new_hash := sha256(reached_hash || convert_to(new_body, 'UTF8'));
    IF reached IS NULL THEN
        INSERT INTO arcane_codex.tables
            (id, code, version, head, deadline_ms, live, opened_ms, touched_ms, used_ms)
        VALUES (of_table, new_code, 1, new_hash, new_deadline_ms, new_live, new_at_ms, new_at_ms, new_at_ms);
    ELSE
        UPDATE arcane_codex.tables
        SET code = new_code, version = expected + 1, head = new_hash,
            deadline_ms = new_deadline_ms, live = new_live, touched_ms = new_at_ms,
            used_ms = CASE
                WHEN of_command LIKE 'clock-on-version-%' OR of_command LIKE 'operator-on-version-%' THEN used_ms
                WHEN used_ms BETWEEN new_at_ms - 300000 AND new_at_ms + 300000 THEN used_ms
                ELSE new_at_ms
            END,
            opened_by = CASE WHEN new_live THEN opened_by END
        WHERE id = of_table;
    END IF;
    INSERT INTO arcane_codex.records
        (table_id, version, command_id, at_ms, body, before, hash, deadline_ms, live)
    VALUES (of_table, expected + 1, of_command, new_at_ms, new_body, reached_hash, new_hash,
            new_deadline_ms, new_live);
    outcome := 'appended';
END
$$;

-- Counts the tables in use, up to a limit.
CREATE FUNCTION arcane_codex.count_in_use(used_after bigint, used_before bigint, up_to bigint) RETURNS bigint
    LANGUAGE sql STABLE AS $$
    SELECT count(*) FROM (
        SELECT FROM arcane_codex.tables
        WHERE live AND used_ms > used_after AND used_ms < used_before LIMIT up_to
    ) AS in_use
$$;

-- Why no table could be opened now: 'full' or 'share'; nothing if one could. Those in use are only counted where it
-- depends on them.
CREATE FUNCTION arcane_codex.refusal(
    tables_max bigint, binds_from bigint, counted_of_one bigint, used_after bigint, used_before bigint,
    opener bytea, share_max bigint
) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    live_now bigint := (SELECT live FROM arcane_codex.count_live());
BEGIN
    -- Of one client's no more count than it can have opened at a time.
    IF live_now >= tables_max AND arcane_codex.count_in_use(used_after, used_before, tables_max) >= tables_max
        AND tables_max <= (
            SELECT coalesce(sum(counted), 0) FROM (
                SELECT CASE WHEN opened_by IS NULL THEN count(*) ELSE least(count(*), counted_of_one) END AS counted
                FROM arcane_codex.tables
                WHERE live AND used_ms > used_after AND used_ms < used_before
                GROUP BY opened_by
            ) AS by_client
        )
    THEN
        RETURN 'full';
    END IF;
    IF opener IS NOT NULL AND live_now >= binds_from
        AND arcane_codex.count_in_use(used_after, used_before, binds_from) >= binds_from
        AND share_max <= (
            SELECT count(*) FROM (
                SELECT FROM arcane_codex.tables
                WHERE live AND opened_by = opener AND used_ms > used_after AND used_ms < used_before
                LIMIT share_max
            ) AS of_opener
        )
    THEN
        RETURN 'share';
    END IF;
    RETURN NULL;
END
$$;

-- Appends a commit that makes a table live, if there is room; otherwise the outcome is why there is none. A repeat is
-- answered however many there are. The release before calls `admit`, by which resting tables cost a place.
--
-- Who opens waits for who opens, here as there: counting and opening are one step. The lock ends with the transaction.
CREATE FUNCTION arcane_codex.admit_in_use(
    tables_max bigint, binds_from bigint, counted_of_one bigint, used_after bigint, used_before bigint,
    opener bytea, share_max bigint,
    of_table text, of_command text, expected bigint, root bytea, new_body text, new_at_ms bigint,
    new_code text, new_deadline_ms bigint, new_live boolean,
    OUT outcome text, OUT kept arcane_codex.records
) LANGUAGE plpgsql AS $$
DECLARE
    appended record;
BEGIN
    -- "ArCx" and what it is for.
    PERFORM pg_advisory_xact_lock(1098007416, 1);

    IF NOT EXISTS (
        SELECT FROM arcane_codex.records WHERE table_id = of_table AND command_id = of_command
    ) THEN
        outcome := arcane_codex.refusal(
            tables_max, binds_from, counted_of_one, used_after, used_before, opener, share_max
        );
        IF outcome IS NOT NULL THEN
            RETURN;
        END IF;
        -- A role may be set to see only what was there when its transaction began, which is before it had the lock.
        -- Then the row that whoever opened meanwhile has written makes this one collide with it, and begin anew.
        IF (SELECT changes FROM arcane_codex.count_live()) > 100
            OR current_setting('transaction_isolation') <> 'read committed'
        THEN
            PERFORM arcane_codex.sum_up_live_changes();
        END IF;
    END IF;
    SELECT * INTO appended
    FROM arcane_codex.append(
        of_table, of_command, expected, root, new_body, new_at_ms, new_code, new_deadline_ms, new_live
    );
    outcome := appended.outcome;
    kept := appended.kept;
    IF outcome = 'appended' AND opener IS NOT NULL THEN
        UPDATE arcane_codex.tables SET opened_by = opener WHERE id = of_table AND live;
    END IF;
END
$$;
