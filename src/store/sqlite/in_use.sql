-- When each table was used last, exact to five minutes, and the client that opened it, for as long as it is live.
ALTER TABLE tables ADD COLUMN used_ms INTEGER;
ALTER TABLE tables ADD COLUMN opened_by BLOB;

UPDATE tables SET used_ms = touched_ms WHERE live = 1;

-- With `live`, so that counting reads the index alone.
CREATE INDEX tables_by_use ON tables (used_ms, live) WHERE live = 1;
CREATE INDEX tables_by_opener ON tables (opened_by, used_ms, live) WHERE live = 1 AND opened_by IS NOT NULL;
-- Those at which nobody looked a second time.
CREATE INDEX tables_unattended ON tables (opened_ms, id) WHERE live = 1 AND used_ms < opened_ms + 600000;

-- Triggers note both, so that every release does that writes to this file. What touches a table is a use; this release
-- takes it back where that was a deadline.
CREATE TRIGGER table_opened AFTER INSERT ON tables WHEN new.used_ms IS NULL
BEGIN
    UPDATE tables SET used_ms = new.touched_ms WHERE id = new.id;
END;

CREATE TRIGGER table_used AFTER UPDATE OF touched_ms ON tables
WHEN new.used_ms IS NULL OR new.used_ms NOT BETWEEN new.touched_ms - 300000 AND new.touched_ms + 300000
BEGIN
    UPDATE tables SET used_ms = new.touched_ms WHERE id = new.id;
END;

CREATE TRIGGER table_came_to_an_end AFTER UPDATE OF live ON tables
WHEN new.live = 0 AND new.opened_by IS NOT NULL
BEGIN
    UPDATE tables SET opened_by = NULL WHERE id = new.id;
END;
