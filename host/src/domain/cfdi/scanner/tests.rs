//! Pieces of good documents, and what the scanner refuses.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use std::io::Read;

use super::super::decode::Utf8Input;
use super::super::limits::MAX_TOKEN_BYTES;
use super::*;

/// Gives one byte at a time, so that every piece is cut everywhere.
struct Drops<'b>(&'b [u8]);

impl Read for Drops<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = out.len().min(1);
        self.0.read(&mut out[..count])
    }
}

fn pieces_of(input: impl Read) -> Result<Vec<(Piece, String)>, Stop> {
    let mut scanner = Scanner::new(Utf8Input::new(input)?);
    let mut found = Vec::new();
    loop {
        let piece = scanner.next()?;
        let is_tag = matches!(piece, Piece::Open | Piece::Empty);
        let text = if is_tag { scanner.tag().name().to_owned() } else { scanner.text().to_owned() };
        found.push((piece, text));
        if piece == Piece::Empty {
            scanner.close();
        }
        if piece == Piece::End {
            return Ok(found);
        }
    }
}

fn refusal(text: &str) -> Option<Reason> {
    // What is read before does not count towards the declaration's window.
    let text = format!("{}{text}", " ".repeat(2_000));
    let reason = |read| match read {
        Ok(_) => None,
        Err(Stop::Refuse(reason)) => Some(reason),
        Err(Stop::Io(error)) => panic!("{error}"),
    };
    let found = reason(pieces_of(text.as_bytes()));
    assert_eq!(reason(pieces_of(Drops(text.as_bytes()))), found, "{text}");
    found
}

#[test]
fn a_document_comes_in_pieces_wherever_its_bytes_are_cut() {
    let text = "<?xml version='1.0'?>\n<!-- a -> - b --><p:a b='/>\"' c=\"'>\">1 &amp;&#65;2<![CDATA[<x>]]]]>\
                <ñ/><?go on > ?><d ></d \n></p:a>\n<!---->";
    let expected = [
        (Piece::Declaration, "xml version='1.0'"),
        (Piece::Text, "\n"),
        (Piece::Comment, " a -> - b "),
        (Piece::Open, "p:a"),
        (Piece::Text, "1 "),
        (Piece::Reference, "amp"),
        (Piece::Reference, "#65"),
        (Piece::Text, "2"),
        (Piece::CData, "<x>]]"),
        (Piece::Empty, "ñ"),
        (Piece::Instruction, "go on > "),
        (Piece::Open, "d"),
        (Piece::Close, ""),
        (Piece::Close, ""),
        (Piece::Text, "\n"),
        (Piece::Comment, ""),
        (Piece::End, ""),
    ]
    .map(|(piece, text)| (piece, text.to_owned()));
    assert_eq!(pieces_of(text.as_bytes()).unwrap(), expected);
    let padded = format!("{}{text}", " ".repeat(1_100));
    assert_eq!(pieces_of(Drops(padded.as_bytes())).unwrap()[1..], expected);
}

#[test]
fn what_is_cut_off_is_incomplete() {
    for text in [
        "<",
        "<a",
        "<a b='",
        "<a b='>",
        "<a b='1' <",
        "<a></a",
        "<a></",
        "<a></a '>",
        "<!-",
        "<!--",
        "<!-->",
        "<!--->",
        "<!-- --",
        "<!-x-->",
        "<![",
        "<![CDATA",
        "<![CDATA[]]",
        "<![cdata[]]>",
        "<![CDATA]]>",
        "<?",
        "<?a",
        "<?>",
        "<?a ?",
        "<!D",
        "<!DOCTYP",
        "<!Dx>",
    ] {
        assert_eq!(refusal(text), Some(Reason::IncompleteDocument), "{text}");
    }
    // Whether the root ended is for the reader to say.
    for text in ["", "<a>", "<a><b/>", "x"] {
        assert_eq!(refusal(text), None, "{text}");
    }
}

#[test]
fn what_no_xml_has_is_refused() {
    for text in [
        "<>",
        "< a>",
        "<a b>",
        "<a/><b/>",
        "<a></a><b>",
        "</a>",
        "<a></b>",
        "<a></a></a>",
        "<a></ a>",
        "<a></>",
        "<a></a b>",
        "<a></A>",
        "<!>",
        "<!",
        "<!x>",
        "<!ELEMENT a>",
        "<!-- -- -->",
        "<!-- --->",
        "<!----->",
        "<??>",
        "<? a?>",
        "<?XML ?>",
        "<?2?>",
        "<?xml?>",
        "<?xml version='2.0'?>",
        "<a>&",
        "<a>&amp",
        "<a>&amp<",
        "<a>&a&amp;",
        "<a>&nbsp;",
        "<a>&#0;",
    ] {
        assert_eq!(refusal(text), Some(Reason::NotXml), "{text}");
    }
    for text in ["<!DOCTYPE a>", "<!doctype a", "<a/><!DOCTYPE"] {
        assert_eq!(refusal(text), Some(Reason::HasDtd), "{text}");
    }
}

#[test]
fn depth_and_pieces_have_limits() {
    assert_eq!(refusal(&"<a>".repeat(MAX_DEPTH)), None);
    assert_eq!(refusal(&"<a>".repeat(MAX_DEPTH + 1)), Some(Reason::TooComplex));
    for beginning in ["<!--", "<![CDATA[", "<?a ", "<a b='", "<a>", "&"] {
        let mut scanner = Scanner::new(Utf8Input::new(beginning.as_bytes().chain(io::repeat(b'a'))).unwrap());
        let ended = loop {
            match scanner.next() {
                Ok(_) => {}
                Err(stop) => break stop,
            }
        };
        assert!(matches!(ended, Stop::Io(_)) && scanner.input().fault().is_some(), "{beginning}");
        assert!(scanner.input().text().len() < MAX_TOKEN_BYTES + 100_000, "{beginning}");
    }
}
