-- Frozen: schema version 4 of outbox.db: recipients that people have confirmed.

-- One row for each company, receiver, address and kind of document.
CREATE TABLE contacts (
    company TEXT NOT NULL,
    receiver TEXT NOT NULL,
    -- As addresses are compared.
    recipient TEXT NOT NULL,
    -- Letter of the kind of document; empty for any.
    kind TEXT NOT NULL,
    -- As it was last written.
    address TEXT NOT NULL,
    confirmed_at TEXT NOT NULL,
    confirmations INTEGER NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (company, receiver, recipient, kind)
) STRICT, WITHOUT ROWID;

-- How many recipients of a row nobody had confirmed when its list was checked, and how many rows of the list have any.
ALTER TABLE batch_rows ADD COLUMN new_recipients INTEGER NOT NULL DEFAULT 0;
ALTER TABLE batches ADD COLUMN new_recipients INTEGER NOT NULL DEFAULT 0;

-- A person's standing word: what a portal may have sent for a company without a look at each, and how much of it in 24 hours.
CREATE TABLE portal_rules (
    origin TEXT NOT NULL,
    company TEXT NOT NULL,
    daily_limit INTEGER NOT NULL,
    granted_at TEXT NOT NULL,
    PRIMARY KEY (origin, company)
) STRICT, WITHOUT ROWID;

-- Whether it was queued by such a rule.
ALTER TABLE deliveries ADD COLUMN unattended INTEGER NOT NULL DEFAULT 0;
CREATE INDEX deliveries_unattended ON deliveries (origin, company, created_at) WHERE unattended = 1;
