-- What the journal knows of itself.
CREATE TABLE arcane_codex.meta (
    key text COLLATE "C" PRIMARY KEY,
    value text NOT NULL
);

-- Where each table stands: all of it could be told from the records again.
CREATE TABLE arcane_codex.tables (
    id text COLLATE "C" PRIMARY KEY,
    code text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    head bytea NOT NULL CHECK (octet_length(head) = 32),
    deadline_ms bigint,
    live boolean NOT NULL,
    opened_ms bigint NOT NULL,
    touched_ms bigint NOT NULL
);

CREATE UNIQUE INDEX tables_by_code ON arcane_codex.tables (code) WHERE live;
CREATE INDEX tables_by_deadline ON arcane_codex.tables (deadline_ms, id) WHERE live;

-- What happened. Nothing here is ever changed. The position tells records apart and is no order: of two that
-- are written at once the later number may be seen first.
CREATE TABLE arcane_codex.records (
    position bigint GENERATED ALWAYS AS IDENTITY,
    table_id text COLLATE "C" NOT NULL REFERENCES arcane_codex.tables (id),
    version bigint NOT NULL,
    command_id text COLLATE "C" NOT NULL,
    at_ms bigint NOT NULL,
    body text NOT NULL,
    before bytea NOT NULL CHECK (octet_length(before) = 32),
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    deadline_ms bigint,
    live boolean NOT NULL,
    PRIMARY KEY (table_id, version),
    UNIQUE (table_id, command_id)
);

-- A cache: it may be emptied at any moment.
CREATE TABLE arcane_codex.snapshots (
    table_id text COLLATE "C" PRIMARY KEY,
    format bigint NOT NULL,
    version bigint NOT NULL,
    state text NOT NULL
);

-- Appends a commit, all of it or nothing, in one round trip. The outcome is 'appended', 'conflict', 'taken'
-- or 'repeated'; then `kept` is the record the command led to first.
--
-- Where two write the same at once and neither sees the other, a unique index refuses the second: asked
-- anew, it sees the first.
CREATE FUNCTION arcane_codex.append(
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
            (id, code, version, head, deadline_ms, live, opened_ms, touched_ms)
        VALUES (of_table, new_code, 1, new_hash, new_deadline_ms, new_live, new_at_ms, new_at_ms);
    ELSE
        UPDATE arcane_codex.tables
        SET code = new_code, version = expected + 1, head = new_hash,
            deadline_ms = new_deadline_ms, live = new_live, touched_ms = new_at_ms
        WHERE id = of_table;
    END IF;
    INSERT INTO arcane_codex.records
        (table_id, version, command_id, at_ms, body, before, hash, deadline_ms, live)
    VALUES (of_table, expected + 1, of_command, new_at_ms, new_body, reached_hash, new_hash,
            new_deadline_ms, new_live);
    outcome := 'appended';
END
$$;
