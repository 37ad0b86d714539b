//! Builds the *cadena original* while the document passes by, as the SAT's sheets do from a tree.
//!
//! Whatever the sheets would leave out in silence (an unknown attribute, a foreign element, text) ends the building: the
//! seal says nothing about it, so a document that has it is not judged.

use std::ops::Range;

use super::NotChecked;
use super::sheet::{Content, Node, Part, SCHEMA_INSTANCE, sheet_of};
use crate::domain::cfdi::attributes::Tag;
use crate::domain::cfdi::grammar::{attribute_text, collapse_into};
use crate::domain::cfdi::limits::MAX_CADENA_BYTES;
use crate::domain::cfdi::scope::Scope;

/// An open element of a sheet.
#[derive(Debug)]
struct Frame {
    node: &'static Node,
    /// The part of the parent that this element is.
    part: usize,
    /// Parts that have been seen, as bits.
    seen: u64,
    /// The text of each part; runs of attributes share their first. Empty for an element without children.
    slots: Vec<String>,
}

/// What a document says that bears on its seal.
#[derive(Debug, Default)]
pub(in crate::domain::cfdi) struct Builder {
    root: String,
    open: Vec<Frame>,
    /// Depth inside an element that may hold anything.
    apart: usize,
    obstacle: Option<NotChecked>,
    kept: Vec<(&'static str, String)>,
    /// The values of the element that opens, and where each part's value is among them.
    values: String,
    value_of: Vec<Option<Range<usize>>>,
    /// Bytes given so far.
    length: usize,
    fields: String,
}

impl Builder {
    /// Takes an element that opens. Its attributes must be well-formed and unique.
    pub(in crate::domain::cfdi) fn open(&mut self, namespace: &str, local: &str, tag: &Tag<'_>, scope: &Scope) {
        if self.obstacle.is_some() {
            return;
        }
        if self.apart > 0 {
            self.apart += 1;
            return;
        }
        if let Err(obstacle) = self.enter(namespace, local, tag, scope) {
            self.obstacle = Some(obstacle);
        }
    }

    /// Takes the end of the element that opened last.
    pub(in crate::domain::cfdi) fn close(&mut self) {
        if self.obstacle.is_some() {
            return;
        }
        if self.apart > 0 {
            self.apart -= 1;
            return;
        }
        let Some(frame) = self.open.pop() else { return };
        let target = match self.open.last_mut() {
            Some(parent) => match parent.slots.get_mut(frame.part) {
                Some(slot) => slot,
                None => return,
            },
            None => &mut self.fields,
        };
        for text in frame.slots {
            // The first is moved, so that a long list is not copied at every level.
            if target.is_empty() { *target = text } else { target.push_str(&text) }
        }
    }

    /// Takes text between tags. Blanks matter only where the sheets would copy them.
    pub(in crate::domain::cfdi) fn text(&mut self, text: &str) {
        if self.obstacle.is_some() || self.apart > 0 || text.is_empty() {
            return;
        }
        let Some(frame) = self.open.last() else { return };
        let copied = matches!(frame.node.content, Content::Empty);
        if copied || !text.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')) {
            self.obstacle = Some(NotChecked::Content);
        }
    }

    /// The cadena alone.
    pub(in crate::domain::cfdi) fn cadena(self) -> Result<String, NotChecked> {
        self.finish().map(|material| material.cadena)
    }

    /// The cadena with its pipes, and what was kept beside it.
    pub(super) fn finish(self) -> Result<Material, NotChecked> {
        if let Some(obstacle) = self.obstacle {
            return Err(obstacle);
        }
        let Self { mut fields, mut kept, .. } = self;
        fields.insert(0, '|');
        fields.push_str("||");
        let mut take = |wanted: &str| {
            let at = kept.iter().position(|(name, _)| *name == wanted);
            at.map(|at| kept.swap_remove(at).1).filter(|text| !text.is_empty())
        };
        Ok(Material {
            sello: take("Sello"),
            certificate: take("Certificado"),
            number: take("NoCertificado"),
            issuer: take("Rfc"),
            cadena: fields,
        })
    }

    fn enter(&mut self, namespace: &str, local: &str, tag: &Tag<'_>, scope: &Scope) -> Result<(), NotChecked> {
        let (node, part) = match self.open.last_mut() {
            Some(parent) => parent.child(&self.root, namespace, local)?,
            None => {
                namespace.clone_into(&mut self.root);
                (root_of(namespace, local, tag)?, 0)
            }
        };
        let has_children = node.parts().iter().any(|part| !part.children().is_empty());
        let slots = if has_children { vec![String::new(); node.parts().len()] } else { Vec::new() };
        match node.content {
            Content::Anything => {
                self.apart = 1;
                return Ok(());
            }
            Content::Empty => {}
            Content::Sealed(_) => self.collect(node, tag, scope)?,
        }
        let mut frame = Frame { node, part, seen: 0, slots };
        if has_children {
            let given = give(node, &self.values, &self.value_of, &mut frame.slots);
            self.count(given)?;
        } else {
            let target = match self.open.last_mut().and_then(|parent| parent.slots.get_mut(part)) {
                Some(slot) => slot,
                None => &mut self.fields,
            };
            let given = give(node, &self.values, &self.value_of, std::slice::from_mut(target));
            self.count(given)?;
        }
        self.open.push(frame);
        Ok(())
    }

    /// Reads the attributes of an element into `values`.
    fn collect(&mut self, node: &'static Node, tag: &Tag<'_>, scope: &Scope) -> Result<(), NotChecked> {
        self.values.clear();
        self.value_of.clear();
        self.value_of.resize(node.parts().len(), None);
        for attribute in tag.attributes() {
            if attribute.declared_prefix().is_some() {
                continue;
            }
            if let Some(prefix) = attribute.prefix() {
                if scope.of_prefix(prefix) == Some(SCHEMA_INSTANCE) {
                    continue;
                }
                return Err(NotChecked::Content);
            }
            let name = attribute.name;
            let part = node
                .parts()
                .iter()
                .position(|part| matches!(part, Part::Required(field) | Part::Optional(field) if *field == name));
            let kept = node.kept.iter().find(|kept| **kept == name);
            if part.is_none() && kept.is_none() {
                return Err(NotChecked::Content);
            }
            let value = attribute_text(attribute.value).map_err(|_| NotChecked::Content)?;
            let start = self.values.len();
            collapse_into(&mut self.values, &value);
            if let Some(kept) = kept {
                self.kept.push((kept, self.values[start..].to_owned()));
            }
            if let Some(part) = part {
                self.value_of[part] = Some(start..self.values.len());
            }
        }
        Ok(())
    }

    fn count(&mut self, given: usize) -> Result<(), NotChecked> {
        self.length = self.length.saturating_add(given);
        if self.length > MAX_CADENA_BYTES { Err(NotChecked::TooLong) } else { Ok(()) }
    }
}

impl Frame {
    /// Where a child belongs.
    fn child(&mut self, root: &str, namespace: &str, local: &str) -> Result<(&'static Node, usize), NotChecked> {
        for (at, part) in self.node.parts().iter().enumerate() {
            let Some(node) = part.children().iter().find(|node| node.is(root, namespace, local)) else { continue };
            let bit = 1 << at;
            if matches!(part, Part::One(_)) && self.seen & bit != 0 {
                return Err(NotChecked::Content);
            }
            self.seen |= bit;
            return Ok((node, at));
        }
        let complement = self.node.name == "Complemento" || local == "ComplementoConcepto";
        Err(if complement { NotChecked::Complement } else { NotChecked::Content })
    }
}

/// What the seal is checked with.
#[derive(Debug)]
pub(super) struct Material {
    pub(super) cadena: String,
    pub(super) sello: Option<String>,
    pub(super) certificate: Option<String>,
    pub(super) number: Option<String>,
    pub(super) issuer: Option<String>,
}

fn root_of(namespace: &str, local: &str, tag: &Tag<'_>) -> Result<&'static Node, NotChecked> {
    let version = tag.value("Version").ok_or(NotChecked::Version)?;
    let version = attribute_text(version).map_err(|_| NotChecked::Version)?;
    let mut collapsed = String::new();
    collapse_into(&mut collapsed, &version);
    sheet_of(namespace, local, &collapsed).ok_or(NotChecked::Version)
}

/// Writes the fields of an element into the slots of their runs, and says how many bytes those are.
fn give(node: &Node, values: &str, value_of: &[Option<Range<usize>>], slots: &mut [String]) -> usize {
    let mut given = 0;
    let mut run = None;
    for (at, part) in node.parts().iter().enumerate() {
        let required = match part {
            Part::Required(_) => true,
            Part::Optional(_) => false,
            Part::One(_) | Part::Many(_) | Part::AnyOf(_) => {
                run = None;
                continue;
            }
        };
        let value = value_of.get(at).cloned().flatten().and_then(|range| values.get(range));
        let run = *run.get_or_insert(at);
        if let (true, Some(slot)) = (required || value.is_some(), slots.get_mut(run)) {
            let value = value.unwrap_or_default();
            slot.push('|');
            slot.push_str(value);
            given += 1 + value.len();
        }
    }
    given
}
