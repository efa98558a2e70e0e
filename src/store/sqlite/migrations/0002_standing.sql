-- Where its table stood after each record, so that a copy that ends anywhere knows it.
ALTER TABLE records ADD COLUMN deadline_ms INTEGER;
ALTER TABLE records ADD COLUMN live INTEGER NOT NULL DEFAULT 1 CHECK (live IN (0, 1));

UPDATE records
SET deadline_ms = tables.deadline_ms, live = tables.live
FROM tables
WHERE records.table_id = tables.id AND records.version = tables.version;
