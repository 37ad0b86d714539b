//! What a printed representation holds at most; what is left out is said on the page, and is whole in the XML.

/// Rows of all tables together: about 60 pages. A person reads no more, and the PDF stays a fraction of a message.
pub const MAX_ROWS: usize = 2_000;

/// Characters of all tables together: 2,000 rows of the longest description that the schema knows would be 700 pages.
pub const MAX_TABLE_CHARS: usize = 400_000;

/// Characters of one value that are printed. The longest that the schema knows are descriptions and terms of payment, with
/// 1,000; seals have at most 1,368.
pub const MAX_VALUE_CHARS: usize = 1_500;

/// Taxes of the whole document, and as many local ones: every tax at every rate is about ten. They come after the rows, and
/// never want for room because of them.
pub const MAX_SUMS: usize = 40;

/// Kinds of complement that are named though their contents are not printed.
pub const MAX_NAMED: usize = 12;
