-- Frozen: schema version 3 of outbox.db: the life of an account's grant, and why it ended.

-- When its token last worked.
ALTER TABLE accounts ADD COLUMN last_used_at TEXT;
UPDATE accounts SET last_used_at =
    (SELECT max(committed_at) FROM deliveries WHERE deliveries.account = accounts.id AND committed_at IS NOT NULL);

-- When the grant ends by the provider's own word (refresh_token_expires_in).
ALTER TABLE accounts ADD COLUMN access_ends_at TEXT;

-- Why it needs a sign-in, the provider's codes, and since when; all three null while it is ready.
ALTER TABLE accounts ADD COLUMN end_cause TEXT;
ALTER TABLE accounts ADD COLUMN end_detail TEXT;
ALTER TABLE accounts ADD COLUMN ended_at TEXT;
