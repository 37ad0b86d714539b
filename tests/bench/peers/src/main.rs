//! Other crates' ways to read a CFDI: `peers roxmltree|cfdi|cfdi-cli headers LIST PASSES | tell LIST | document FILE`.
//!
//! Prints what `tests/bench/ours.rs` prints for the same words.

use std::time::Instant;
use std::{env, fs};

/// Folio fiscal, issuer, receiver, total.
type Identity = [String; 4];

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let read: fn(&str) -> Option<Identity> = match arguments[0].as_str() {
        "roxmltree" => roxmltree,
        "cfdi" => cfdi,
        "cfdi-cli" => cfdi_cli,
        other => panic!("no such peer: {other}"),
    };
    match arguments[1].as_str() {
        "headers" => headers(read, &arguments[2], arguments[3].parse().expect("passes are a number")),
        "tell" => tell(read, &arguments[2]),
        "document" => {
            let started = Instant::now();
            let found = text(&fs::read(&arguments[2]).expect("the file can be read")).and_then(read);
            println!("{{\"seconds\": {}, \"result\": {}}}", started.elapsed().as_secs_f64(), found.is_some());
        }
        other => panic!("no such measurement: {other}"),
    }
}

/// These crates take text: without the mark, which no XML parser has to pass over in a string.
fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().map(|text| text.trim_start_matches('\u{FEFF}'))
}

fn paths(list: &str) -> Vec<String> {
    fs::read_to_string(list).expect("the list can be read").lines().map(str::to_owned).collect()
}

fn headers(read: fn(&str) -> Option<Identity>, list: &str, passes: usize) {
    let files: Vec<Vec<u8>> = paths(list).iter().map(|path| fs::read(path).expect("the file can be read")).collect();
    let (mut seconds, mut good) = (Vec::new(), 0);
    for _ in 0..passes {
        let started = Instant::now();
        good = files.iter().filter(|bytes| text(bytes).and_then(read).is_some()).count();
        seconds.push(started.elapsed().as_secs_f64());
    }
    println!("{{\"seconds\": {seconds:?}, \"files\": {}, \"read\": {good}}}", files.len());
}

fn tell(read: fn(&str) -> Option<Identity>, list: &str) {
    for path in paths(list) {
        match fs::read(path).ok().as_deref().and_then(text).and_then(read) {
            None => println!("null"),
            Some(identity) => {
                let [uuid, issuer, receiver, total] = identity.map(|text| quoted(&text));
                println!(
                    "{{\"uuid\": {uuid}, \"issuer_rfc\": {issuer}, \"receiver_rfc\": {receiver}, \"total\": {total}}}"
                );
            }
        }
    }
}

/// A string of JSON.
fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|c| match c {
            '"' | '\\' => format!("\\{c}"),
            c if c < ' ' => format!("\\u{:04x}", u32::from(c)),
            c => c.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}

/// By path and namespace over the tree, which is the least that a right answer takes.
fn roxmltree(text: &str) -> Option<Identity> {
    let tree = roxmltree::Document::parse(text).ok()?;
    let root = tree.root_element();
    let own = root.tag_name().namespace()?;
    let child = |parent: roxmltree::Node<'_, '_>, namespace: &str, name: &str| {
        parent.children().find(|node| node.has_tag_name((namespace, name))).map(|node| node.id())
    };
    let node = |id| tree.get_node(id);
    let issuer = node(child(root, own, "Emisor")?)?;
    let receiver = node(child(root, own, "Receptor")?)?;
    let tfd = "http://www.sat.gob.mx/TimbreFiscalDigital";
    let complements = root.children().filter(|node| node.has_tag_name((own, "Complemento")));
    let timbre = complements.filter_map(|node| child(node, tfd, "TimbreFiscalDigital")).next().and_then(node)?;
    let old = root.attribute("version").is_some();
    let (rfc, total) = if old { ("rfc", "total") } else { ("Rfc", "Total") };
    let value = |node: roxmltree::Node<'_, '_>, name: &str| node.attribute(name).map(str::to_owned);
    Some([value(timbre, "UUID")?, value(issuer, rfc)?, value(receiver, rfc)?, value(root, total)?])
}

fn cfdi(text: &str) -> Option<Identity> {
    let read = cfdi::parse_cfdi(text).ok()?;
    let uuid = read.get_uuid()?;
    Some([uuid, read.emisor.rfc, read.receptor.rfc, read.total.to_string()])
}

fn cfdi_cli(text: &str) -> Option<Identity> {
    let read = cfdi_cli::parser::parse_str(text).ok()?;
    let uuid = read.uuid()?.to_owned();
    Some([uuid, read.emisor.rfc, read.receptor.rfc, read.total])
}
