-- Frozen: schema version 6 of outbox.db: customers and how they want their documents.

-- One row for each company and receiver of whom anything is known.
CREATE TABLE customers (
    company TEXT NOT NULL,
    receiver TEXT NOT NULL,
    -- As the newest confirmed document or a person wrote it; may be empty.
    name TEXT NOT NULL,
    -- By which it is sorted and found: the name without case and accents; the RFC where there is no name.
    folded TEXT NOT NULL,
    form TEXT NOT NULL DEFAULT 'loose',
    grouping TEXT NOT NULL DEFAULT 'grouped',
    PRIMARY KEY (company, receiver)
) STRICT, WITHOUT ROWID;

CREATE INDEX customers_sorted ON customers (company, folded, receiver);

-- Who was known before; names come with the next sending.
INSERT INTO customers (company, receiver, name, folded)
    SELECT DISTINCT company, receiver, '', lower(receiver) FROM contacts;
