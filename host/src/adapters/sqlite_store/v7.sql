-- Frozen: schema version 7 of outbox.db: texts for each kind of document.

-- What a person wrote; a kind without a row has the company's general text, or the default.
CREATE TABLE texts (
    company TEXT NOT NULL,
    -- Letter of the kind of document, or 'several'.
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- Empty where the plain text is made from the HTML.
    body TEXT NOT NULL,
    html TEXT,
    PRIMARY KEY (company, kind)
) STRICT, WITHOUT ROWID;
