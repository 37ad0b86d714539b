//! What a person typed into the search, as a query of the library.

use crate::domain::cfdi::{Amount, Kind as CfdiKind, Uuid};
use crate::domain::rfc::Rfc;
use crate::ports::library::{Cursor, SearchQuery};
use crate::protocol::failure::{Fault, Kind};
use crate::protocol::library::LibrarySearch;

/// Documents on a page when the caller does not say.
const PAGE: u32 = 20;

/// Most documents on a page: 200 take about 200 KiB on the wire, which allows 1 MiB.
const MAX_PAGE: u32 = 200;

/// Longest search text, in characters.
const MAX_TEXT: usize = 200;

/// The query of a search.
///
/// In the text a whole folio fiscal is looked up as one, a date (`2026-10-31`, `31/10/2026`) and an amount (`$1,160`,
/// `1160.00`) as such, anything else as the beginnings of words.
///
/// # Errors
/// `invalid_rfc`, `invalid_params`.
pub fn query(params: &LibrarySearch) -> Result<SearchQuery, Fault> {
    let invalid = |name: &str| Fault::new(Kind::InvalidParams).about(name);
    let text = params.text.as_deref().map(str::trim).unwrap_or_default();
    if text.chars().count() > MAX_TEXT {
        return Err(invalid("text").over(MAX_TEXT as u32));
    }
    let kind = |text: &str| CfdiKind::from_letter(text).ok_or_else(|| invalid("kind"));
    let amount = |text: &str| Amount::parse(text).map_err(|_| invalid("amount"));
    let mut query = SearchQuery {
        issuer: params.company.as_deref().map(Rfc::parse).transpose()?,
        receiver: params.receiver_rfc.as_deref().map(Rfc::parse).transpose()?,
        kind: params.kind.as_deref().map(kind).transpose()?,
        amount: params.amount.as_deref().map(amount).transpose()?,
        from_date: params.from_date.clone(),
        to_date: params.to_date.clone(),
        limit: params.limit.unwrap_or(PAGE).clamp(1, MAX_PAGE) as usize,
        after: params.after.clone().map(Cursor),
        ..SearchQuery::default()
    };
    if let Ok(uuid) = Uuid::parse(text) {
        query.uuid = Some(uuid);
        return Ok(query);
    }
    let words: Vec<&str> = text.split_whitespace().filter(|word| !take(word, &mut query)).collect();
    query.text = Some(words.join(" ")).filter(|words| !words.is_empty());
    Ok(query)
}

/// Takes a word that is a date or an amount; says whether it was. What was asked for by its own field stays.
fn take(word: &str, query: &mut SearchQuery) -> bool {
    if query.from_date.is_none()
        && query.to_date.is_none()
        && let Some(day) = day(word)
    {
        query.from_date = Some(day.clone());
        query.to_date = Some(day);
        return true;
    }
    if query.amount.is_none()
        && let Some(amount) = amount(word)
    {
        query.amount = Some(amount);
        return true;
    }
    false
}

/// A day as people and files write it, as `AAAA-MM-DD`.
fn day(word: &str) -> Option<String> {
    let written = ["%Y-%m-%d", "%d/%m/%Y"];
    let date = written.iter().find_map(|form| chrono::NaiveDate::parse_from_str(word, form).ok())?;
    // Four digits of a year, so that a folio such as 1/2/3 is none.
    let year = word.split(['-', '/']).any(|part| part.len() == 4);
    year.then(|| date.format("%Y-%m-%d").to_string())
}

/// An amount that cannot be a folio: with a currency sign, or with cents.
fn amount(word: &str) -> Option<Amount> {
    let bare = word.strip_prefix('$').unwrap_or(word);
    let cents = bare.rsplit_once('.').is_some_and(|(_, cents)| cents.len() == 2);
    if bare.len() == word.len() && !cents {
        return None;
    }
    Amount::parse(&bare.replace(',', "")).ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    fn asked(text: &str) -> SearchQuery {
        query(&LibrarySearch { text: Some(text.to_owned()), ..LibrarySearch::default() }).unwrap()
    }

    #[test]
    fn dates_and_amounts_are_told_from_words() {
        let found = asked(" peña 31/10/2026  $1,160 A-12 ");
        assert_eq!(found.text.as_deref(), Some("peña A-12"));
        assert_eq!((found.from_date.as_deref(), found.to_date.as_deref()), (Some("2026-10-31"), Some("2026-10-31")));
        assert_eq!(found.amount, Amount::parse("1160").ok());
        assert_eq!(asked("1,160.50").amount, Amount::parse("1160.50").ok());
        for word in ["1160", "1/2/3", "A1.00", "2026-13-01", "$", "31/10", "1.5"] {
            assert_eq!(asked(word).text.as_deref(), Some(word));
        }
        assert!(asked("6bd2b1f8-7d30-4e2b-9a55-3f1f0c1a2b3c").uuid.is_some());
        assert_eq!(asked("  ").text, None);
    }
}
