-- Frozen: schema version 1 of outbox.db. Times are RFC 3339 in UTC with milliseconds, so that their text sorts.
-- The computer that this outbox belongs to, as a hash; set by its first sender.
CREATE TABLE machine (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    hash TEXT NOT NULL
) STRICT;

CREATE TABLE client (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    json TEXT NOT NULL
) STRICT;

CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    address TEXT NOT NULL,
    hosted_domain TEXT,
    granted_at TEXT NOT NULL,
    ready INTEGER NOT NULL
) STRICT;

CREATE TABLE companies (
    rfc TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    use_oauth INTEGER NOT NULL,
    account TEXT REFERENCES accounts (id) ON DELETE SET NULL,
    folders TEXT NOT NULL,
    reply_to TEXT,
    cc TEXT NOT NULL,
    bcc TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE portals (
    origin TEXT PRIMARY KEY,
    companies TEXT NOT NULL,
    connected_at TEXT NOT NULL
) STRICT;

CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    reason TEXT,
    not_before TEXT,
    company TEXT NOT NULL,
    account TEXT NOT NULL,
    draft TEXT NOT NULL,
    digest TEXT NOT NULL,
    origin TEXT NOT NULL,
    key TEXT,
    search TEXT NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,
    session TEXT,
    provider_id TEXT,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    -- Only what the provider accepted, or a person vouched for, is sent; only a committed delivery has a session.
    CHECK (session IS NULL OR state = 'committed')
) STRICT;

CREATE UNIQUE INDEX deliveries_key ON deliveries (origin, key) WHERE key IS NOT NULL;
CREATE INDEX deliveries_open ON deliveries (state, id) WHERE state IN ('queued', 'sending', 'committed', 'deferred', 'unknown');
CREATE INDEX deliveries_company ON deliveries (company, id);

-- One row for each document and recipient of a delivery: the pair that must not be sent twice.
CREATE TABLE pairs (
    delivery TEXT NOT NULL REFERENCES deliveries (id),
    company TEXT NOT NULL,
    uuid TEXT NOT NULL,
    recipient TEXT NOT NULL,
    resend INTEGER NOT NULL,
    held INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX pairs_once ON pairs (company, uuid, recipient, resend) WHERE held = 1;
CREATE INDEX pairs_delivery ON pairs (delivery);

CREATE TABLE ledger (
    line INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery TEXT NOT NULL REFERENCES deliveries (id),
    at TEXT NOT NULL,
    state TEXT NOT NULL,
    event TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    process INTEGER NOT NULL,
    provider_id TEXT
) STRICT;

CREATE INDEX ledger_delivery ON ledger (delivery, line);
