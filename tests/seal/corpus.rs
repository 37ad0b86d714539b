//! The corpus: sealed documents, tampered copies, and documents that nobody may judge.

use correo_cfdi::domain::cfdi;

use super::samples::sealing::{Signer, certificate, sign};
use super::tree::{Dice, Element, ISSUER, document, value};
use super::writing::written;

/// What a document of the corpus is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// Sealed by its issuer.
    Sealed,
    /// A copy of a sealed one with one thing changed; some changes are harmless.
    Changed(&'static str),
    /// Has something that the check does not cover.
    Uncovered(&'static str),
}

/// One document.
pub(crate) struct Case {
    pub(crate) group: Group,
    pub(crate) bytes: Vec<u8>,
}

/// `count` sealed documents, each with one changed copy, and some uncovered ones.
pub(crate) fn corpus(seed: u64, count: usize) -> Vec<Case> {
    let mut dice = Dice(seed);
    let mut cases = Vec::new();
    for index in 0..count {
        let version = if index % 3 == 2 { "3.3" } else { "4.0" };
        let mut tree = document(&mut dice, version);
        seal_tree(&mut dice, &mut tree, Signer::Issuer);
        cases.push(Case { group: Group::Sealed, bytes: written(&mut dice, &tree) });
        let (name, change) = CHANGES[index % CHANGES.len()];
        let mut copy = tree.clone();
        change(&mut dice, &mut copy);
        cases.push(Case { group: Group::Changed(name), bytes: written(&mut dice, &copy) });
        if index % 8 == 0 {
            let (note, plant) = PLANTS[index / 8 % PLANTS.len()];
            plant(&mut dice, &mut tree);
            cases.push(Case { group: Group::Uncovered(note), bytes: written(&mut dice, &tree) });
        }
    }
    cases
}

fn seal_tree(dice: &mut Dice, tree: &mut Element, signer: Signer) {
    let cadena = cfdi::cadena_original(written(dice, tree).as_slice()).unwrap().unwrap();
    tree.set("Sello", &sign(signer, &cadena));
}

type Change = fn(&mut Dice, &mut Element);

const CHANGES: &[(&str, Change)] = &[
    ("value", change_value),
    ("total", |_, tree| {
        let total = format!("{}1", tree.get("Total"));
        tree.set("Total", &total);
    }),
    ("attribute_removed", |dice, tree| {
        let element = some_element(dice, tree);
        let at = dice.below(element.attributes.len());
        if !["Sello", "Certificado", "NoCertificado", "Version"].contains(&element.attributes[at].0.as_str()) {
            element.attributes.remove(at);
        }
    }),
    ("concepts_swapped", |_, tree| tree.child("Conceptos").children.reverse()),
    ("element_twice", |dice, tree| {
        let concepts = tree.child("Conceptos");
        if !concepts.children.is_empty() {
            let at = dice.below(concepts.children.len());
            let copy = concepts.children[at].clone();
            concepts.children.push(copy);
        }
    }),
    ("element_removed", |_, tree| {
        let concepts = tree.child("Conceptos");
        concepts.children.pop();
    }),
    ("certificate_of_other_key", |_, tree| {
        tree.set("Certificado", &certificate(Signer::Other, Signer::Issuer.number(), ISSUER));
    }),
    ("sealed_by_other_key", |dice, tree| seal_tree(dice, tree, Signer::Other)),
    ("wholly_resealed", |dice, tree| {
        tree.set("NoCertificado", Signer::Other.number());
        tree.set("Certificado", &certificate(Signer::Other, Signer::Other.number(), ISSUER));
        seal_tree(dice, tree, Signer::Other);
    }),
    ("certificate_of_other_number", |_, tree| {
        tree.set("Certificado", &certificate(Signer::Issuer, Signer::Other.number(), ISSUER));
    }),
    ("certificate_of_other_holder", |_, tree| {
        tree.set("Certificado", &certificate(Signer::Issuer, Signer::Issuer.number(), "MAL010101AAA / C&Ñ010101AB1"));
    }),
    ("sello_bit", |dice, tree| {
        let mut sello = tree.get("Sello").to_owned().into_bytes();
        let at = dice.below(340);
        sello[at] = if sello[at] == b'A' { b'B' } else { b'A' };
        tree.set("Sello", &String::from_utf8(sello).unwrap());
    }),
    ("sello_cut", |_, tree| {
        let sello = tree.get("Sello")[..340].to_owned();
        tree.set("Sello", &sello);
    }),
    ("sello_in_lines", |_, tree| {
        let sello = tree.get("Sello").to_owned();
        tree.set("Sello", &format!("{}\n {}", &sello[..76], &sello[76..]));
    }),
    ("blanks", |dice, tree| {
        let element = some_element(dice, tree);
        for (_, value) in &mut element.attributes {
            *value = format!("\n {} ", value.replace(' ', "\t "));
        }
    }),
    ("elements_reordered", |dice, tree| dice.shuffle(&mut tree.children)),
    ("pipes", |_, tree| {
        // Two values where there was one, in the same text.
        tree.attributes.retain(|(name, _)| name != "Serie" && name != "Folio");
        tree.attributes.push(("Serie".into(), "A|1".into()));
    }),
];

fn some_element<'a>(dice: &mut Dice, tree: &'a mut Element) -> &'a mut Element {
    let mut at = dice.below(tree.count());
    while tree.nth(at).attributes.is_empty() || tree.nth(at).space == "tfd" {
        at = dice.below(tree.count());
    }
    tree.nth(at)
}

fn change_value(dice: &mut Dice, tree: &mut Element) {
    let element = some_element(dice, tree);
    let at = dice.below(element.attributes.len());
    if ["Sello", "Certificado", "NoCertificado", "Version"].contains(&element.attributes[at].0.as_str()) {
        return;
    }
    element.attributes[at].1 = value(dice);
}

/// What is added after sealing, and why the document is then not checked.
const PLANTS: &[(&str, Change)] = &[
    ("content", |dice, tree| some_element(dice, tree).attributes.push(("Otro".into(), "1".into()))),
    ("content", |dice, tree| some_element(dice, tree).attributes.push(("xml:lang".into(), "es".into()))),
    ("complement", |_, tree| {
        tree.child("Complemento").raw =
            "<d:Donatarias xmlns:d=\"http://www.sat.gob.mx/donat\" version=\"1.1\"/>".into();
    }),
    ("content", |_, tree| tree.child("Conceptos").raw = "<otro/>".into()),
    ("content", |_, tree| tree.child("Conceptos").raw = "texto".into()),
    ("content", |_, tree| {
        let twin = tree.child("Conceptos").clone();
        tree.children.push(twin);
    }),
    ("version", |_, tree| tree.set("Version", "3.2")),
    ("no_certificate", |_, tree| tree.set("Certificado", "")),
    ("no_seal", |_, tree| tree.set("Sello", " ")),
    ("certificate", |_, tree| {
        let cut = tree.get("Certificado")[..600].to_owned();
        tree.set("Certificado", &cut);
    }),
    ("content", |_, tree| tree.child("Receptor").raw = "<![CDATA[x]]>".into()),
    ("content", |_, tree| tree.child("Receptor").raw = "&#65;".into()),
];
