//! A printed representation in its order, before anybody measures letters.

/// A label and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// What it is.
    pub label: String,
    /// What it says.
    pub value: String,
}

impl Field {
    /// A field.
    #[must_use]
    pub fn new(label: &str, value: impl Into<String>) -> Self {
        Self { label: label.to_owned(), value: value.into() }
    }
}

/// Where a column's texts stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// At its left edge.
    Left,
    /// At its right edge, as amounts do.
    Right,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its head.
    pub title: &'static str,
    /// Its share of the width; all shares of a table together are the whole.
    pub share: u16,
    /// Where its texts stand.
    pub align: Align,
}

/// One cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// What stands below it in smaller letters.
    pub notes: Vec<String>,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text, notes: Vec::new() }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

/// A table; its head is repeated on every page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each with a cell for every column.
    pub rows: Vec<Vec<Cell>>,
}

/// A part of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// The issuer at the left, the document at the right.
    Masthead {
        /// Name of the issuer.
        name: String,
        /// What else is said of it.
        lines: Vec<String>,
        /// What kind of document it is.
        title: String,
        /// What identifies it.
        fields: Vec<Field>,
    },
    /// The heading of a part.
    Heading(String),
    /// Labels and values side by side.
    Fields {
        /// How many side by side.
        columns: u16,
        /// The fields.
        fields: Vec<Field>,
    },
    /// A table.
    Table(Table),
    /// Sums at the right, the last one largest; at the left what belongs to them.
    Totals {
        /// At the left.
        fields: Vec<Field>,
        /// At the right.
        sums: Vec<Field>,
    },
    /// Running text.
    Paragraph(String),
    /// The square code at the left; at the right long texts without blanks.
    Seals {
        /// What the code says.
        code: String,
        /// The texts.
        fields: Vec<Field>,
    },
}

/// A whole printed representation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Title of the file.
    pub title: String,
    /// When the document was stamped, `AAAA-MM-DDThh:mm:ss`: the only time in the file, so that it can be made again.
    pub stamped_at: String,
    /// What stands at the head of every page but the first.
    pub running: String,
    /// What stands at the foot of every page.
    pub foot: Vec<String>,
    /// What is said at the end where letters were lacking.
    pub lacking: String,
    /// What is said at the end where a text was cut to fit its place.
    pub cut: String,
    /// The parts in their order.
    pub blocks: Vec<Block>,
}
