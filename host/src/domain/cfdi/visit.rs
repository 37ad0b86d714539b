//! A look at every element while a document passes by, for what needs more of it than its identity.

use super::attributes::Tag;
use super::grammar::{attribute_text, collapse_into};

/// An element that opens; its attributes are well-formed and unique.
#[derive(Debug)]
pub struct Element<'e> {
    /// Its namespace; empty without one.
    pub namespace: &'e str,
    /// Its name without prefix.
    pub local: &'e str,
    pub(super) tag: Tag<'e>,
}

impl Element<'_> {
    /// Names and values of the attributes without prefix, white space collapsed, in the order of the document.
    #[must_use]
    pub fn attributes(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for attribute in self.tag.attributes() {
            // Prefixed ones belong to other schemas, and a bare `xmlns` declares a namespace.
            if attribute.name.contains(':') || attribute.name == "xmlns" {
                continue;
            }
            let Ok(text) = attribute_text(attribute.value) else { continue };
            let mut value = String::new();
            collapse_into(&mut value, &text);
            found.push((attribute.name.to_owned(), value));
        }
        found
    }
}

/// Is shown every element of a document, in its order.
pub trait Visitor {
    /// Takes an element that opens.
    fn open(&mut self, element: &Element<'_>);
    /// Takes the end of the element that opened last.
    fn close(&mut self);
}
