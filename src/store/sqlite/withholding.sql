-- When a table was erased, in milliseconds since the Unix epoch. What its records told is withheld then.
ALTER TABLE tables ADD COLUMN erased_ms INTEGER;

-- Those that are over and still tell something, by their last commit.
CREATE INDEX tables_by_end ON tables (touched_ms, id) WHERE live = 0 AND erased_ms IS NULL;
