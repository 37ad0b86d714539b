-- Frozen: schema version 5 of outbox.db: whom the provider refused.

-- Recipients with the code of the refusal, as JSON: [["ana@example.mx", "5.1.1"]]; null where nobody was refused.
ALTER TABLE ledger ADD COLUMN refused TEXT;
