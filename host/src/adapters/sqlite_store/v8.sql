-- Frozen: schema version 8 of outbox.db: whether further files of a document travel to a customer.

ALTER TABLE customers ADD COLUMN extras INTEGER NOT NULL DEFAULT 0;
