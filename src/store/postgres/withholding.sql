-- When a table was erased, in milliseconds since the Unix epoch. What its records told is withheld then.
ALTER TABLE arcane_codex.tables ADD COLUMN erased_ms bigint;

-- Those that are over and still tell something, by their last commit.
CREATE INDEX tables_by_end ON arcane_codex.tables (touched_ms, id) WHERE NOT live AND erased_ms IS NULL;

-- Appends a commit, and in the same step puts other bodies in the place of those of records before it: those given, or
-- for a table that is erased, empty ones for all.
CREATE FUNCTION arcane_codex.withhold(
    of_table text, of_command text, expected bigint, root bytea, new_body text, new_at_ms bigint,
    new_code text, new_deadline_ms bigint, new_live boolean,
    everything boolean, versions bigint[], bodies text[],
    OUT outcome text, OUT kept arcane_codex.records
) LANGUAGE plpgsql AS $$
DECLARE
    appended record;
BEGIN
    SELECT * INTO appended
    FROM arcane_codex.append(
        of_table, of_command, expected, root, new_body, new_at_ms, new_code, new_deadline_ms, new_live
    );
    outcome := appended.outcome;
    kept := appended.kept;
    IF outcome <> 'appended' THEN
        RETURN;
    END IF;
    IF everything THEN
        UPDATE arcane_codex.records AS told
        SET command_id = 'withheld-' || lpad(told.version::text, 20, '0'),
            body = '{"version":' || told.version || ',"at_ms":' || told.at_ms
                || ',"command_id":"withheld-' || lpad(told.version::text, 20, '0')
                || '","actor":"operator","command":{"do":"erase"},"events":[],"withheld":true}'
        WHERE told.table_id = of_table AND told.version <= expected;
        UPDATE arcane_codex.tables SET erased_ms = new_at_ms WHERE id = of_table;
    ELSE
        UPDATE arcane_codex.records AS told SET body = replaced.body
        FROM unnest(versions, bodies) AS replaced (version, body)
        WHERE told.table_id = of_table AND told.version = replaced.version AND told.version <= expected;
    END IF;
    DELETE FROM arcane_codex.snapshots WHERE table_id = of_table;
END
$$;

-- Stores a record of another journal as it is there. What is withheld does not hash to its hash, so the hash is given.
CREATE FUNCTION arcane_codex.import(
    of_table text, of_command text, at_version bigint, new_body text, new_before bytea, new_hash bytea,
    new_at_ms bigint, new_code text, new_deadline_ms bigint, new_live boolean, new_erased_ms bigint
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- As in `append`: what is there when this is answered must be safe from a crash.
    IF current_setting('synchronous_commit') = 'off' THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    INSERT INTO arcane_codex.tables AS known
        (id, code, version, head, deadline_ms, live, opened_ms, touched_ms, used_ms, erased_ms)
    VALUES (of_table, new_code, at_version, new_hash, new_deadline_ms, new_live, new_at_ms, new_at_ms, new_at_ms,
            new_erased_ms)
    ON CONFLICT (id) DO UPDATE
    SET code = new_code, version = at_version, head = new_hash, deadline_ms = new_deadline_ms,
        live = new_live, touched_ms = new_at_ms,
        used_ms = CASE
            WHEN of_command LIKE 'clock-on-version-%' OR of_command LIKE 'operator-on-version-%' THEN known.used_ms
            WHEN known.used_ms BETWEEN new_at_ms - 300000 AND new_at_ms + 300000 THEN known.used_ms
            ELSE new_at_ms
        END,
        erased_ms = coalesce(new_erased_ms, known.erased_ms);
    INSERT INTO arcane_codex.records
        (table_id, version, command_id, at_ms, body, before, hash, deadline_ms, live)
    VALUES (of_table, at_version, of_command, new_at_ms, new_body, new_before, new_hash,
            new_deadline_ms, new_live);
END
$$;
