//! Random documents as trees, made after [`super::grammar`].

use std::collections::HashMap;

use super::grammar;
use super::samples::sealing::{Signer, certificate, placeholder};

/// The issuer of every document.
pub(crate) const ISSUER: &str = "C&Ñ010101AB1";

/// Splitmix64: the same seed gives the same corpus on every machine.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }

    /// True once in `n`.
    pub(crate) fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(crate) fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }
}

/// One element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// The prefix in the grammar; empty for the document's own namespace.
    pub(crate) space: &'static str,
    pub(crate) name: &'static str,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Element>,
    /// Markup put in as it is: what no grammar has.
    pub(crate) raw: String,
}

impl Element {
    /// Elements in all, this one included.
    pub(crate) fn count(&self) -> usize {
        1 + self.children.iter().map(Self::count).sum::<usize>()
    }

    /// The `index`-th element in document order, this one being the first.
    pub(crate) fn nth(&mut self, index: usize) -> &mut Self {
        let mut left = index;
        if left == 0 {
            return self;
        }
        left -= 1;
        for child in &mut self.children {
            let size = child.count();
            if left < size {
                return child.nth(left);
            }
            left -= size;
        }
        panic!("no such element")
    }

    pub(crate) fn child(&mut self, name: &str) -> &mut Self {
        self.children.iter_mut().find(|child| child.name == name).unwrap()
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.attributes.iter_mut().find(|(known, _)| known == name).unwrap().1 = value.to_owned();
    }

    pub(crate) fn get(&self, name: &str) -> &str {
        &self.attributes.iter().find(|(known, _)| known == name).unwrap().1
    }
}

struct Rule {
    attributes: Vec<(&'static str, char)>,
    children: Vec<(&'static str, char)>,
}

fn rules(text: &'static str) -> impl Iterator<Item = (&'static str, Rule)> {
    let items = |part: &'static str| {
        part.split_whitespace().map(|item| (&item[..item.len() - 1], item.chars().next_back().unwrap())).collect()
    };
    text.lines().filter(|line| !line.is_empty()).map(move |line| {
        let (label, rest) = line.split_once(':').unwrap();
        let (attributes, children) = rest.split_once('>').unwrap_or((rest, ""));
        (label, Rule { attributes: items(attributes), children: items(children) })
    })
}

/// A document of one version without its seal, with every node and attribute that the schema allows, or few of them.
pub(crate) fn document(dice: &mut Dice, version: &str) -> Element {
    let own = if version == "4.0" { grammar::V40 } else { grammar::V33 };
    let grammar: HashMap<_, _> = rules(own).chain(rules(grammar::COMPLEMENTS)).collect();
    // How often of eight an optional thing is left out: never, seldom, mostly.
    let sparse = [0, 2, 6][dice.below(3)];
    let mut root = grow(dice, &grammar, "Comprobante", sparse);
    root.set("Version", version);
    root.set("Sello", &placeholder());
    root.set("NoCertificado", Signer::Issuer.number());
    let holder = if dice.once_in(2) { ISSUER.to_owned() } else { format!("{ISSUER} / ÑAIM850315GH2") };
    root.set("Certificado", &certificate(Signer::Issuer, Signer::Issuer.number(), &holder));
    root.child("Emisor").set("Rfc", ISSUER);
    root
}

fn grow(dice: &mut Dice, grammar: &HashMap<&'static str, Rule>, label: &'static str, sparse: usize) -> Element {
    let rule = &grammar[label];
    let (space, name) = match label.split_once('.') {
        Some(("Concepto", name)) => ("", name),
        Some((space, name)) => (space, name),
        None => ("", label),
    };
    let left_out = |dice: &mut Dice| dice.below(8) < sparse;
    let mut element = Element { space, name, ..Element::default() };
    for (name, times) in &rule.attributes {
        if *times == '!' || !left_out(dice) {
            // A malformed timbre would end the reading.
            let value = match (space, *name) {
                ("tfd", "UUID") => "0A0A0A0A-0B0B-4C0C-8D0D-0E0E0E0E0E0E".to_owned(),
                ("tfd", "FechaTimbrado") => "2026-10-01T09:31:00".to_owned(),
                _ => value(dice),
            };
            element.attributes.push(((*name).to_owned(), value));
        }
    }
    for (child, times) in &rule.children {
        let count = match times {
            '!' => 1,
            '?' => usize::from(!left_out(dice)),
            _ => [1, 2, 3, 0][dice.below(if sparse == 0 { 3 } else { 4 })],
        };
        element.children.extend((0..count).map(|_| grow(dice, grammar, child, sparse)));
    }
    // The sheets have an order of their own, whatever the document's.
    if dice.once_in(8) {
        dice.shuffle(&mut element.children);
    }
    element
}

/// A value with whatever XML allows in one.
pub(crate) fn value(dice: &mut Dice) -> String {
    const WORDS: &[&str] = &[
        "1160.00",
        "0",
        "PUE",
        "MXN",
        "2026-10-01T09:30:00",
        "Servicio",
        "de",
        "demostración",
        "PEÑA",
        "Cigüeñal",
        "&",
        "<",
        ">",
        "\"",
        "'",
        "&amp;",
        "漢字",
        "😀",
        "e\u{301}",
        "\u{A0}",
        "\u{2003}",
        "a\u{85}b",
        "–",
        "€",
        "%20",
        "]]>",
        "A-1",
    ];
    const BLANKS: &[&str] = &[" ", " ", " ", "  ", "\t", "\n", "\r\n", " \n\t "];
    if dice.once_in(25) {
        return dice.pick(&["", " ", "\n\t"]).to_owned();
    }
    let mut text = String::new();
    if dice.once_in(6) {
        text.push_str(dice.pick(BLANKS));
    }
    for at in 0..=dice.below(4) {
        if at > 0 {
            text.push_str(dice.pick(BLANKS));
        }
        text.push_str(dice.pick(WORDS));
    }
    if dice.once_in(6) {
        text.push_str(dice.pick(BLANKS));
    }
    text
}
