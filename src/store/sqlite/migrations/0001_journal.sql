-- What the journal knows of itself.
CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Where each table stands: all of it could be told from the records again.
CREATE TABLE tables (
    id TEXT NOT NULL PRIMARY KEY,
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    head BLOB NOT NULL CHECK (length(head) = 32),
    deadline_ms INTEGER,
    live INTEGER NOT NULL CHECK (live IN (0, 1)),
    opened_ms INTEGER NOT NULL,
    touched_ms INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX tables_by_code ON tables (code) WHERE live = 1;
CREATE INDEX tables_by_deadline ON tables (deadline_ms, id) WHERE live = 1;

-- What happened. Nothing here is ever changed; the position is the journal's own order.
CREATE TABLE records (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    table_id TEXT NOT NULL REFERENCES tables (id),
    version INTEGER NOT NULL,
    command_id TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    body TEXT NOT NULL,
    before BLOB NOT NULL CHECK (length(before) = 32),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    UNIQUE (table_id, version),
    UNIQUE (table_id, command_id)
) STRICT;

-- A cache: it may be emptied at any moment.
CREATE TABLE snapshots (
    table_id TEXT NOT NULL PRIMARY KEY,
    format INTEGER NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL
) STRICT;
