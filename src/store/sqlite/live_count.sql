-- The number of live tables. Triggers keep it, so that every release does that writes to this file.
INSERT INTO meta (key, value)
VALUES ('live', (SELECT count(*) FROM tables WHERE live = 1))
ON CONFLICT (key) DO UPDATE SET value = excluded.value;

CREATE TRIGGER live_table_inserted AFTER INSERT ON tables WHEN new.live = 1
BEGIN
    UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'live';
END;

CREATE TRIGGER live_table_updated AFTER UPDATE OF live ON tables WHEN new.live <> old.live
BEGIN
    UPDATE meta SET value = CAST(value AS INTEGER) + new.live - old.live WHERE key = 'live';
END;

CREATE TRIGGER live_table_deleted AFTER DELETE ON tables WHEN old.live = 1
BEGIN
    UPDATE meta SET value = CAST(value AS INTEGER) - 1 WHERE key = 'live';
END;
