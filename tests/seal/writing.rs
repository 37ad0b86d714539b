//! The many ways to write one tree down. All of them have the same *cadena original*.

use super::tree::{Dice, Element};

const NAMESPACES: &[(&str, &str)] = &[
    ("tfd", "http://www.sat.gob.mx/TimbreFiscalDigital"),
    ("pago20", "http://www.sat.gob.mx/Pagos20"),
    ("nomina12", "http://www.sat.gob.mx/nomina12"),
    ("implocal", "http://www.sat.gob.mx/implocal"),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16,
    Latin1,
}

struct Writer<'a> {
    dice: &'a mut Dice,
    out: String,
    own: &'static str,
    own_space: &'static str,
    encoding: Encoding,
    spread: bool,
}

/// Writes a document in a style that the dice choose.
pub(crate) fn written(dice: &mut Dice, root: &Element) -> Vec<u8> {
    let own_space =
        if root.get("Version").trim() == "4.0" { "http://www.sat.gob.mx/cfd/4" } else { "http://www.sat.gob.mx/cfd/3" };
    let encoding = [Encoding::Utf8, Encoding::Utf16, Encoding::Latin1][[0, 0, 0, 0, 0, 0, 1, 2][dice.below(8)]];
    let own = dice.pick(&["cfdi:", "cfdi:", "cfdi:", "", "x:"]);
    let spread = dice.once_in(2);
    let mut writer = Writer { dice, out: String::new(), own, own_space, encoding, spread };
    writer.element(root, true);
    let Writer { dice, out, .. } = writer;
    match encoding {
        Encoding::Utf8 => {
            let start =
                dice.pick(&["", "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n", "\u{FEFF}<?xml version='1.0'?>"]);
            format!("{start}{out}\n").into_bytes()
        }
        Encoding::Utf16 => {
            let text = format!("\u{FEFF}<?xml version=\"1.0\" encoding=\"UTF-16\"?>{out}");
            text.encode_utf16().flat_map(u16::to_le_bytes).collect()
        }
        Encoding::Latin1 => {
            let text = format!("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>{out}");
            text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
        }
    }
}

impl Writer<'_> {
    fn element(&mut self, element: &Element, is_root: bool) {
        let tag = match element.space {
            "" => format!("{}{}", self.own, element.name),
            space => format!("{space}:{}", element.name),
        };
        self.out.push('<');
        self.out.push_str(&tag);
        if is_root {
            self.declarations();
        }
        let mut attributes: Vec<_> = element.attributes.iter().collect();
        if self.dice.once_in(2) {
            self.dice.shuffle(&mut attributes);
        }
        for (name, value) in attributes {
            let blank = self.dice.pick(&[" ", " ", " ", "\n  ", "\t"]);
            self.out.push_str(blank);
            self.out.push_str(name);
            let equals = self.dice.pick(&["=", "=", "=", " = "]);
            self.out.push_str(equals);
            let quote = ['"', '"', '\''][self.dice.below(3)];
            self.out.push(quote);
            self.value(value, quote);
            self.out.push(quote);
        }
        if element.children.is_empty() && element.raw.is_empty() && (element.space == "tfd" || !self.dice.once_in(4)) {
            self.out.push_str("/>");
            return;
        }
        self.out.push('>');
        for child in &element.children {
            self.between();
            self.element(child, false);
        }
        self.out.push_str(&element.raw);
        // The sheets copy text out of what they do not know, which the timbre is.
        if element.space != "tfd" {
            self.between();
        }
        if is_root && self.dice.once_in(4) {
            self.addenda();
        }
        self.out.push_str("</");
        self.out.push_str(&tag);
        self.out.push('>');
    }

    fn declarations(&mut self) {
        let own =
            if self.own.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{}", self.own.trim_end_matches(':')) };
        let own_space = self.own_space;
        self.out.push_str(&format!(" {own}=\"{own_space}\" xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'"));
        self.out.push_str(&format!(" xsi:schemaLocation=\"{own_space} cfdv.xsd\""));
        for (prefix, space) in NAMESPACES {
            self.out.push_str(&format!(" xmlns:{prefix}=\"{space}\""));
        }
    }

    /// What may stand between elements and is part of no cadena.
    fn between(&mut self) {
        if self.spread {
            let blank = self.dice.pick(&["\n", "\n    ", "\r\n\t", "", "\n<!-- <Concepto/> -->", "<?pi data?>"]);
            self.out.push_str(blank);
        }
    }

    fn addenda(&mut self) {
        let own = self.own;
        self.out.push_str(&format!(
            "<{own}Addenda x=\"1\"><{own}Emisor Rfc=\"MAL010101AAA\"/>texto<a xmlns=\"urn:a\"><b/></a></{own}Addenda>"
        ));
    }

    fn value(&mut self, value: &str, quote: char) {
        for c in value.chars() {
            let must = matches!(c, '&' | '<' | '\r')
                || c == quote
                || (self.encoding == Encoding::Latin1 && c > '\u{7E}' && !matches!(c, '\u{A0}'..='\u{FF}'));
            // A line feed that stands as it is becomes a blank, one that is written as a reference stays.
            if !must && (c == ' ' || !self.dice.once_in(30)) {
                self.out.push(c);
                continue;
            }
            let named = match c {
                '&' => Some("&amp;"),
                '<' => Some("&lt;"),
                '>' => Some("&gt;"),
                '"' => Some("&quot;"),
                '\'' => Some("&apos;"),
                _ => None,
            };
            match named.filter(|_| self.dice.once_in(2)) {
                Some(named) => self.out.push_str(named),
                None if self.dice.once_in(2) => self.out.push_str(&format!("&#{};", u32::from(c))),
                None => self.out.push_str(&format!("&#x{:x};", u32::from(c))),
            }
        }
    }
}
