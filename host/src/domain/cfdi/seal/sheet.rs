//! The form in which a sheet for the *cadena original* is written down: per element, what it gives and in which order.

use super::comprobante::{V33, V40};

/// Namespace of the attributes that say where a schema lies; they are never part of the cadena.
pub(super) const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The namespace of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// The one of the root, so that versions can share rows.
    Root,
    /// This one.
    At(&'static str),
}

/// One element at its place in the document.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) space: Space,
    pub(super) name: &'static str,
    pub(super) content: Content,
    /// Attributes that the check needs besides the cadena, whether or not they are part of it.
    pub(super) kept: &'static [&'static str],
}

/// What an element gives to the cadena.
#[derive(Clone, Copy, Debug)]
pub(super) enum Content {
    /// These parts in this order, whatever their order in the document.
    Sealed(&'static [Part]),
    /// Nothing, with everything inside it: it may hold anything.
    Anything,
    /// Nothing; it must be empty, because the sheets copy text out of elements that they do not know.
    Empty,
}

/// One entry of a sheet.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// An attribute that always gives a field, an empty one when it is absent.
    Required(&'static str),
    /// An attribute that gives a field when it is there, be it empty.
    Optional(&'static str),
    /// A child that the schema allows once. A second one would change the order, so it is not judged.
    One(&'static Node),
    /// Children of one name, in the order of the document.
    Many(&'static Node),
    /// Children of any of these names, in the order of the document.
    AnyOf(&'static [&'static Node]),
}

impl Node {
    /// An element of the root's namespace.
    pub(super) const fn own(name: &'static str, parts: &'static [Part]) -> Self {
        Self { space: Space::Root, name, content: Content::Sealed(parts), kept: &[] }
    }

    /// An element of a complement.
    pub(super) const fn at(namespace: &'static str, name: &'static str, parts: &'static [Part]) -> Self {
        Self { space: Space::At(namespace), name, content: Content::Sealed(parts), kept: &[] }
    }

    pub(super) const fn keeping(self, kept: &'static [&'static str]) -> Self {
        Self { kept, ..self }
    }

    pub(super) fn is(&self, root: &str, namespace: &str, local: &str) -> bool {
        let space = match self.space {
            Space::Root => root,
            Space::At(space) => space,
        };
        self.name == local && space == namespace
    }

    pub(super) fn parts(&self) -> &'static [Part] {
        match self.content {
            Content::Sealed(parts) => parts,
            Content::Anything | Content::Empty => &[],
        }
    }
}

impl Part {
    /// The names of the children that belong here; none for an attribute.
    pub(super) fn children(&self) -> &[&'static Node] {
        match self {
            Self::Required(_) | Self::Optional(_) => &[],
            Self::One(node) | Self::Many(node) => std::slice::from_ref(node),
            Self::AnyOf(nodes) => nodes,
        }
    }
}

/// The sheet of a root element; none where there is no table for its version.
pub(super) fn sheet_of(namespace: &str, local: &str, version: &str) -> Option<&'static Node> {
    let (sheet, root) = match version {
        "4.0" => (&V40, "http://www.sat.gob.mx/cfd/4"),
        "3.3" => (&V33, "http://www.sat.gob.mx/cfd/3"),
        _ => return None,
    };
    sheet.is(root, namespace, local).then_some(sheet)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::panic, reason = "a test may fail by panicking")]

    use super::*;

    fn visit(node: &Node, path: &str) {
        let path = format!("{path}/{}", node.name);
        let mut fields = Vec::new();
        let mut children = Vec::new();
        assert!(node.parts().len() <= 64, "{path}: the builder counts parts in 64 bits");
        for part in node.parts() {
            match part {
                Part::Required(name) | Part::Optional(name) => fields.push(*name),
                Part::One(_) | Part::Many(_) | Part::AnyOf(_) => {}
            }
            for child in part.children() {
                children.push((child.space, child.name));
                visit(child, &path);
            }
        }
        for (at, name) in fields.iter().enumerate() {
            assert!(!fields[..at].contains(name), "{path}: {name} stands twice");
        }
        for (at, child) in children.iter().enumerate() {
            if children[..at].contains(child) {
                panic!("{path}: {child:?} stands twice");
            }
        }
    }

    #[test]
    fn every_row_names_a_thing_once() {
        visit(&V40, "");
        visit(&V33, "");
    }

    #[test]
    fn a_version_belongs_to_its_namespace() {
        let found = |namespace, version| sheet_of(namespace, "Comprobante", version).is_some();
        assert!(found("http://www.sat.gob.mx/cfd/4", "4.0"));
        assert!(found("http://www.sat.gob.mx/cfd/3", "3.3"));
        assert!(!found("http://www.sat.gob.mx/cfd/3", "4.0"));
        assert!(!found("http://www.sat.gob.mx/cfd/4", "3.3"));
        assert!(!found("http://www.sat.gob.mx/cfd/3", "3.2"));
    }
}
