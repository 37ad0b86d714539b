-- Frozen: schema version 2 of outbox.db: pacing, batches, and the mark that tells a restored outbox.

-- How fast an account may send, and until when it must not. A row exists once it has sent or met trouble.
CREATE TABLE paces (
    account TEXT PRIMARY KEY,
    -- When the next message is due by our own pace (the theoretical arrival time of the generic cell rate algorithm).
    next_at TEXT,
    paused_until TEXT,
    paused_by TEXT,
    -- Troubles in a row; the next acceptance sets it back.
    troubles INTEGER NOT NULL DEFAULT 0
) STRICT;

-- A person's correction of the daily budget; null means what the account's type has.
ALTER TABLE accounts ADD COLUMN daily_budget INTEGER;

-- When the commit point was passed: from then on it counts against the daily budget.
ALTER TABLE deliveries ADD COLUMN committed_at TEXT;
UPDATE deliveries SET committed_at =
    (SELECT min(at) FROM ledger WHERE ledger.delivery = deliveries.id AND ledger.event = 'committed');
CREATE INDEX deliveries_committed ON deliveries (account, committed_at) WHERE committed_at IS NOT NULL;

CREATE TABLE batches (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    -- What a person last said; whether it has ended follows from its deliveries.
    stage TEXT NOT NULL CHECK (stage IN ('checked', 'running', 'paused', 'cancelled')),
    digest TEXT NOT NULL,
    -- Counts that no longer change once the list was checked.
    row_count INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    warned INTEGER NOT NULL,
    message_count INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT;

-- One message that the list makes: first a draft, then a delivery or a failure.
CREATE TABLE batch_messages (
    batch TEXT NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    delivery TEXT REFERENCES deliveries (id),
    failure TEXT,
    subject TEXT,
    company TEXT NOT NULL,
    account TEXT NOT NULL,
    digest TEXT NOT NULL,
    -- Null once it is a delivery or a failure: the delivery has its own.
    draft TEXT,
    PRIMARY KEY (batch, number)
) STRICT;

CREATE INDEX batch_messages_refused ON batch_messages (batch) WHERE failure IS NOT NULL;

CREATE TABLE batch_rows (
    batch TEXT NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
    row INTEGER NOT NULL,
    uuid TEXT NOT NULL,
    receiver_rfc TEXT NOT NULL,
    recipients TEXT NOT NULL,
    copies TEXT NOT NULL,
    -- What the reader said, as JSON; null when the document was not found.
    document TEXT,
    failure TEXT,
    subject TEXT,
    message INTEGER,
    PRIMARY KEY (batch, row)
) STRICT, WITHOUT ROWID;

ALTER TABLE deliveries ADD COLUMN batch TEXT REFERENCES batches (id);
-- The sender looks these up before every message; they alone answer it, without reading a draft.
CREATE INDEX deliveries_committing ON deliveries (id) WHERE state = 'committed';
CREATE INDEX deliveries_waiting ON deliveries (not_before, batch) WHERE state = 'deferred' AND not_before IS NOT NULL;
CREATE INDEX deliveries_queued ON deliveries (account, id, batch) WHERE state = 'queued';
-- Counts of a batch, and whether anything of it changed lately.
CREATE INDEX deliveries_batch ON deliveries (batch, state) WHERE batch IS NOT NULL;
CREATE INDEX deliveries_batch_changed ON deliveries (batch, changed_at) WHERE batch IS NOT NULL;

-- Name of this outbox in the vault, where a mark lies outside of the database; made at its first sending.
ALTER TABLE machine ADD COLUMN installation TEXT;
