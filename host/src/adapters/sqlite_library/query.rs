//! Finding entries.

use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

use super::rows::{ENTRY_COLUMNS, entry, plain_number};
use crate::domain::cfdi::Uuid;
use crate::ports::library::{Cursor, DEFAULT_PAGE, LibraryEntry, MAX_PAGE, SearchPage, SearchQuery};

/// Matches of the full-text search up to which each is fetched by its row; beyond that the rows are walked by date until
/// the page is full, which a million matches do not slow down.
const FEW_MATCHES: i64 = 2_000;

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
    let Some(mut conditions) = Conditions::of(connection, query)? else {
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

/// The conditions of a statement with their values, in the same order.
struct Conditions {
    clauses: Vec<&'static str>,
    values: Vec<Value>,
}

impl Conditions {
    /// What the query asks; nothing when no entry can fit.
    fn of(connection: &Connection, query: &SearchQuery) -> rusqlite::Result<Option<Self>> {
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
            conditions.add(text_clause(connection, &sought)?, [sought.into()]);
        }
        Ok(Some(conditions))
    }

    fn add<const N: usize>(&mut self, clause: &'static str, values: [Value; N]) {
        self.clauses.push(clause);
        self.values.extend(values);
    }
}

/// The clause of the full-text search. The plus sign keeps the database from fetching every match to sort it.
fn text_clause(connection: &Connection, sought: &str) -> rusqlite::Result<&'static str> {
    let matches: i64 = connection
        .prepare_cached("SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ?1 LIMIT ?2)")?
        .query_one(params![sought, FEW_MATCHES + 1], |row| row.get(0))?;
    Ok(if matches <= FEW_MATCHES {
        "f.id IN (SELECT rowid FROM words WHERE words MATCH ?)"
    } else {
        "+f.id IN (SELECT rowid FROM words WHERE words MATCH ?)"
    })
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
