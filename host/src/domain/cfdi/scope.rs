//! Which namespace a prefix stands for (Namespaces in XML 1.0).

use super::Reason;
use super::attributes::Tag;
use super::limits::MAX_NAMESPACES;

/// The namespace of the prefix `xml`, which needs no declaration (section 3).
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// The namespace of the prefix `xmlns`, which nobody may declare (section 3).
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// One declaration: its prefix is `text[start..middle]`, none for the default one, its namespace `text[middle..end]`.
#[derive(Debug)]
struct Binding {
    depth: usize,
    start: usize,
    middle: usize,
    end: usize,
}

/// The declarations that count where the reader is.
#[derive(Debug)]
pub(super) struct Scope {
    text: String,
    bindings: Vec<Binding>,
}

impl Default for Scope {
    fn default() -> Self {
        // Room for the declarations of real documents.
        Self { text: String::with_capacity(512), bindings: Vec::with_capacity(8) }
    }
}

impl Scope {
    /// Takes the declarations of an element at `depth`.
    ///
    /// # Errors
    /// [`Reason::NotXml`] for one of a reserved name, [`Reason::TooComplex`] for too many.
    pub(super) fn enter(&mut self, depth: usize, tag: &Tag<'_>) -> Result<(), Reason> {
        for attribute in tag.attributes() {
            let Some(prefix) = attribute.declared_prefix() else { continue };
            // Only the default declaration has no colon; the names of the others are reserved.
            let (reserved, uri) = (attribute.name.contains(':'), attribute.value);
            match prefix {
                "xml" if uri == XML => continue,
                "xml" | "xmlns" => return Err(Reason::NotXml),
                _ if reserved && matches!(uri, XML | XMLNS) => return Err(Reason::NotXml),
                _ if self.bindings.len() >= MAX_NAMESPACES => return Err(Reason::TooComplex),
                _ => {}
            }
            let start = self.text.len();
            self.text.push_str(prefix);
            self.text.push_str(uri);
            self.bindings.push(Binding { depth, start, middle: start + prefix.len(), end: self.text.len() });
        }
        Ok(())
    }

    /// Forgets what the element at `depth` declared, and what is inside it.
    pub(super) fn leave(&mut self, depth: usize) {
        while let Some(last) = self.bindings.pop_if(|binding| binding.depth >= depth) {
            self.text.truncate(last.start);
        }
    }

    /// The namespace of an element with that prefix, empty without one; `None` for a prefix that nobody declared.
    pub(super) fn of_element(&self, prefix: Option<&str>) -> Option<&str> {
        match prefix {
            None => Some(self.find("").unwrap_or_default()),
            Some(prefix) => self.of_prefix(prefix),
        }
    }

    /// The namespace of a prefix; `None` for one that nobody declared.
    pub(super) fn of_prefix(&self, prefix: &str) -> Option<&str> {
        match prefix {
            "" => None,
            "xml" => Some(XML),
            "xmlns" => Some(XMLNS),
            _ => self.find(prefix).filter(|uri| !uri.is_empty()),
        }
    }

    fn find(&self, prefix: &str) -> Option<&str> {
        let binding = self.bindings.iter().rev().find(|binding| &self.text[binding.start..binding.middle] == prefix)?;
        Some(&self.text[binding.middle..binding.end])
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::super::attributes::TagScan;
    use super::*;

    fn enter(scope: &mut Scope, depth: usize, text: &str) -> Result<(), Reason> {
        let mut scan = TagScan::default();
        scan.run(text).unwrap().unwrap();
        scope.enter(depth, &scan.tag(text))
    }

    #[test]
    fn the_nearest_declaration_counts_until_its_element_ends() {
        let mut scope = Scope::default();
        enter(&mut scope, 1, "<a xmlns='d1' xmlns:p='p1'>").unwrap();
        enter(&mut scope, 2, "<a xmlns='' xmlns:p='p2' xmlns:q='q2'>").unwrap();
        enter(&mut scope, 3, "<a xmlns:p=''>").unwrap();
        assert_eq!((scope.of_element(None), scope.of_prefix("p"), scope.of_prefix("q")), (Some(""), None, Some("q2")));
        scope.leave(3);
        assert_eq!((scope.of_element(Some("p")), scope.of_prefix("p")), (Some("p2"), Some("p2")));
        scope.leave(2);
        assert_eq!(
            (scope.of_element(None), scope.of_prefix("p"), scope.of_prefix("q")),
            (Some("d1"), Some("p1"), None)
        );
        scope.leave(1);
        assert_eq!((scope.of_element(None), scope.of_prefix("p")), (Some(""), None));
    }

    #[test]
    fn reserved_names_stay_what_they_are() {
        let mut scope = Scope::default();
        enter(&mut scope, 1, "<a xmlns:xml='http://www.w3.org/XML/1998/namespace'>").unwrap();
        assert_eq!(
            (scope.of_prefix("xml"), scope.of_prefix("xmlns"), scope.of_prefix("")),
            (Some(XML), Some(XMLNS), None)
        );
        for text in [
            "<a xmlns:xml='x'>",
            "<a xmlns:xmlns='http://www.w3.org/2000/xmlns/'>",
            "<a xmlns:p='http://www.w3.org/XML/1998/namespace'>",
            "<a xmlns:p='http://www.w3.org/2000/xmlns/'>",
        ] {
            assert_eq!(enter(&mut scope, 1, text), Err(Reason::NotXml), "{text}");
        }
    }

    #[test]
    fn declarations_in_scope_are_counted() {
        let mut scope = Scope::default();
        for depth in 1..=MAX_NAMESPACES {
            enter(&mut scope, depth, "<a xmlns:p='x'>").unwrap();
        }
        assert_eq!(enter(&mut scope, MAX_NAMESPACES + 1, "<a xmlns='x'>"), Err(Reason::TooComplex));
        scope.leave(MAX_NAMESPACES);
        enter(&mut scope, MAX_NAMESPACES, "<a xmlns='x'>").unwrap();
    }
}
