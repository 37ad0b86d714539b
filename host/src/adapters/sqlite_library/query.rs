//! Finding entries.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::rows::{ENTRY_COLUMNS, entry, plain_number};
use crate::domain::cfdi::Uuid;
use crate::ports::library::{Cursor, DEFAULT_PAGE, LibraryEntry, MAX_PAGE, SearchPage, SearchQuery};

/// Rows of a search by words that are fetched and sorted at once; about a millisecond's work a hundred.
const BROAD: i64 = 2_000;

/// Where a page ended: the date and the row of its last entry.
pub(super) struct Position {
    date: String,
    id: i64,
}

impl Position {
    pub(super) fn decode(cursor: &Cursor) -> Option<Self> {
        let (date, id) = cursor.0.rsplit_once('|')?;
        Some(Self { date: date.to_owned(), id: id.parse().ok()? })
    }

    fn encode(&self) -> Cursor {
        Cursor(format!("{}|{}", self.date, self.id))
    }
}

/// Every file with that UUID, by path.
pub(super) fn find(connection: &Connection, uuid: &Uuid) -> rusqlite::Result<Vec<LibraryEntry>> {
    let sql = format!("SELECT {ENTRY_COLUMNS} FROM file f WHERE f.uuid = ?1 ORDER BY f.path");
    connection.prepare_cached(&sql)?.query_map([uuid.as_str()], |row| entry(row).map(|(_, entry)| entry))?.collect()
}

/// One page, newest first.
pub(super) fn search(
    connection: &Connection,
    query: &SearchQuery,
    after: Option<Position>,
) -> rusqlite::Result<SearchPage> {
    let Some(mut conditions) = Conditions::of(query, |words| is_broad(connection, words))? else {
        return Ok(SearchPage { entries: Vec::new(), next: None });
    };
    if let Some(Position { date, id }) = after {
        conditions.add("(f.date, f.id) < (?, ?)", [date.into(), id.into()]);
    }
    let limit = match query.limit {
        0 => DEFAULT_PAGE,
        asked => asked.min(MAX_PAGE),
    };
    let sql = format!(
        "SELECT {ENTRY_COLUMNS} FROM file f WHERE {} ORDER BY f.date DESC, f.id DESC LIMIT {}",
        conditions.clauses.join(" AND "),
        // One more than asked for tells whether there is a next page.
        limit + 1,
    );
    let mut found: Vec<(i64, LibraryEntry)> = connection
        .prepare_cached(&sql)?
        .query_map(params_from_iter(conditions.values), entry)?
        .collect::<rusqlite::Result<_>>()?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found
        .last()
        .filter(|_| more)
        .map(|(id, entry)| Position { date: entry.cfdi.date.as_str().to_owned(), id: *id }.encode());
    Ok(SearchPage { entries: found.into_iter().map(|(_, entry)| entry).collect(), next })
}

/// Whether words are in so many rows that fetching all of them would cost more than walking by date.
fn is_broad(connection: &Connection, words: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ?1 LIMIT ?2)";
    let found: i64 = connection.prepare_cached(sql)?.query_row((words, BROAD + 1), |row| row.get(0))?;
    Ok(found > BROAD)
}

/// The conditions of a statement with their values, in the same order.
struct Conditions {
    clauses: Vec<&'static str>,
    values: Vec<Value>,
}

impl Conditions {
    /// What the query asks; nothing when no entry can fit.
    fn of(
        query: &SearchQuery,
        is_broad: impl FnOnce(&str) -> rusqlite::Result<bool>,
    ) -> rusqlite::Result<Option<Self>> {
        let mut conditions = Self {
            // Of copies with the same bytes the first one stands for all.
            clauses: vec![
                "f.uuid IS NOT NULL",
                "NOT EXISTS (SELECT 1 FROM file o WHERE o.uuid = f.uuid AND o.sha256 = f.sha256 AND o.id < f.id)",
            ],
            values: Vec::new(),
        };
        if let Some(uuid) = &query.uuid {
            conditions.add("f.uuid = ?", [uuid.as_str().to_owned().into()]);
        }
        if let Some(rfc) = &query.issuer {
            conditions.add("f.issuer_rfc = ?", [rfc.as_str().to_owned().into()]);
        }
        if let Some(rfc) = &query.receiver {
            conditions.add("f.receiver_rfc = ?", [rfc.as_str().to_owned().into()]);
        }
        if let Some(kind) = query.kind {
            conditions.add("f.kind = ?", [kind.letter().to_owned().into()]);
        }
        if let Some(amount) = &query.amount {
            conditions.add("f.amount = ?", [amount.plain().to_owned().into()]);
        }
        if let Some(day) = &query.from_date {
            conditions.add("f.date >= ?", [day.clone().into()]);
        }
        if let Some(day) = &query.to_date {
            // 'U' follows the 'T' between day and hour, so the whole day is in.
            conditions.add("f.date < ?", [format!("{day}U").into()]);
        }
        if let Some(text) = given(query.serie_folio.as_ref()) {
            conditions.add("f.number = ?", [plain_number(text).into()]);
        }
        if let Some(text) = given(query.text.as_ref()) {
            let Some(sought) = match_expression(text) else { return Ok(None) };
            // Few rows are fetched and sorted. Of many, the newest are met soon by walking an index by date; the sign keeps
            // SQLite from fetching all of them first.
            let clause = match is_broad(&sought)? {
                true => "+f.id IN (SELECT rowid FROM words WHERE words MATCH ?)",
                false => "f.id IN (SELECT rowid FROM words WHERE words MATCH ?)",
            };
            conditions.add(clause, [sought.into()]);
        }
        Ok(Some(conditions))
    }

    fn add<const N: usize>(&mut self, clause: &'static str, values: [Value; N]) {
        self.clauses.push(clause);
        self.values.extend(values);
    }
}

/// A text that says something.
fn given(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// Every word as the beginning of a word; quoted, so that nothing in it is an operator of the full-text search.
fn match_expression(text: &str) -> Option<String> {
    let words: Vec<String> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(|word| format!("\"{}\"*", word.replace('"', "\"\"")))
        .collect();
    Some(words.join(" ")).filter(|expression| !expression.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_cannot_become_operators() {
        assert_eq!(match_expression("peña OR \"x\0y").as_deref(), Some("\"peña\"* \"OR\"* \"\"\"x\"* \"y\"*"));
        assert_eq!(match_expression(" & \" * "), None);
    }
}
