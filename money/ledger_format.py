"""The formats of the ledger file: each script leads from one to the next, and keeps every row."""

_FIRST = """
CREATE TABLE IF NOT EXISTS attempts (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL, question TEXT NOT NULL, agent TEXT NOT NULL, step TEXT NOT NULL,
    model TEXT NOT NULL, endpoint TEXT NOT NULL,
    started TEXT NOT NULL,  -- UTC, of fixed width: text order is time order
    seconds REAL NOT NULL DEFAULT 0,
    status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'ok', 'failed', 'cancelled')),
    input_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL DEFAULT 0,
    estimated INTEGER NOT NULL DEFAULT 1,
    input_price TEXT, cached_price TEXT, output_price TEXT, price_source TEXT, price_version TEXT,
    reserved_tokens INTEGER NOT NULL, reserved_usd TEXT,
    usd TEXT,  -- a plain decimal; NULL is unknown, never free
    wh_min REAL, wh_max REAL
);
CREATE INDEX IF NOT EXISTS attempts_of_run ON attempts (run, question);
CREATE INDEX IF NOT EXISTS attempts_by_time ON attempts (started);
"""

# Answers from the response cache ('cached') and work done on this machine ('local') are no calls, but rows. The check
# on the status cannot be altered, so the table is made anew.
_SECOND = """
ALTER TABLE attempts RENAME TO attempts_1;
DROP INDEX attempts_of_run;
DROP INDEX attempts_by_time;
CREATE TABLE attempts (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL, question TEXT NOT NULL, agent TEXT NOT NULL, step TEXT NOT NULL,
    model TEXT NOT NULL, endpoint TEXT NOT NULL,
    started TEXT NOT NULL,  -- UTC, of fixed width: text order is time order
    seconds REAL NOT NULL DEFAULT 0,
    status TEXT NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'ok', 'failed', 'cancelled', 'cached', 'local')),
    input_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL DEFAULT 0,
    estimated INTEGER NOT NULL DEFAULT 1,
    input_price TEXT, cached_price TEXT, output_price TEXT, price_source TEXT, price_version TEXT,
    reserved_tokens INTEGER NOT NULL, reserved_usd TEXT,
    usd TEXT,  -- a plain decimal; NULL is unknown, never free
    wh_min REAL, wh_max REAL,
    reasoning_price TEXT, hour_price TEXT, service_tier TEXT,
    energy_method TEXT, grid_zone TEXT,
    saved_usd TEXT,  -- what an answer from the cache cost when it was paid for; NULL is unknown
    passages TEXT NOT NULL DEFAULT '[]'  -- JSON: the passages whose words were sent
);
INSERT INTO attempts (
    id, run, question, agent, step, model, endpoint, started, seconds, status, input_tokens, cached_tokens,
    output_tokens, reasoning_tokens, estimated, input_price, cached_price, output_price, price_source, price_version,
    reserved_tokens, reserved_usd, usd, wh_min, wh_max
) SELECT
    id, run, question, agent, step, model, endpoint, started, seconds, status, input_tokens, cached_tokens,
    output_tokens, reasoning_tokens, estimated, input_price, cached_price, output_price, price_source, price_version,
    reserved_tokens, reserved_usd, usd, wh_min, wh_max
FROM attempts_1;
DROP TABLE attempts_1;
CREATE INDEX attempts_of_run ON attempts (run, question);
CREATE INDEX attempts_by_time ON attempts (started);
"""

# Whose attempt it is and until when it may take, so that one whose process was killed can be told and closed.
_THIRD = """
ALTER TABLE attempts ADD COLUMN process TEXT;
ALTER TABLE attempts ADD COLUMN ends TEXT;
ALTER TABLE attempts ADD COLUMN abandoned INTEGER NOT NULL DEFAULT 0;
CREATE INDEX attempts_open ON attempts (endpoint, model) WHERE status = 'pending';
"""

STEPS = (_FIRST, _SECOND, _THIRD)
