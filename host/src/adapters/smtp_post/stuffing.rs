//! The form in which a message goes over the wire: a dot at the start of a line is doubled (RFC 5321 section 4.5.2), and
//! the last line end is held back, because it belongs to the dot that ends the message. Pure.

/// Goes over a message piece by piece.
#[derive(Debug)]
pub(super) struct Stuffing {
    at_line_start: bool,
    /// Bytes of a line end that may be the message's last, 0 to 2.
    held: usize,
    header: Header,
    /// Whether a byte was seen that seven bits do not hold.
    pub(super) eight_bit: bool,
}

/// Watches the header for a list that receivers must not see.
#[derive(Debug)]
struct Header {
    open: bool,
    line: Vec<u8>,
    blind: bool,
}

/// The header field that must not go over SMTP, in lower case.
const BLIND: &[u8] = b"bcc:";

const LINE_END: &[u8; 2] = b"\r\n";

impl Stuffing {
    pub(super) fn new() -> Self {
        let header = Header { open: true, line: Vec::new(), blind: false };
        Self { at_line_start: true, held: 0, header, eight_bit: false }
    }

    /// The next piece as it goes over the wire.
    pub(super) fn push(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        for &byte in piece {
            self.header.see(byte);
            self.eight_bit |= !byte.is_ascii();
            match (self.held, byte) {
                (0, b'\r') => {
                    self.held = 1;
                    continue;
                }
                (1, b'\n') => {
                    self.held = 2;
                    continue;
                }
                _ => self.release(out),
            }
            if byte == b'\r' {
                self.held = 1;
                continue;
            }
            if self.at_line_start && byte == b'.' {
                out.push(b'.');
            }
            out.push(byte);
            self.at_line_start = false;
        }
    }

    /// Gives the held line end out: more came after it.
    fn release(&mut self, out: &mut Vec<u8>) {
        if self.held > 0 {
            out.extend_from_slice(&LINE_END[..self.held]);
            self.at_line_start = self.held == LINE_END.len();
            self.held = 0;
        }
    }

    /// Whether the header names those who were to stay unnamed.
    pub(super) fn names_the_blind(&self) -> bool {
        self.header.blind
    }
}

impl Header {
    fn see(&mut self, byte: u8) {
        if !self.open {
            return;
        }
        match byte {
            b'\n' => {
                self.open = !self.line.is_empty();
                self.line.clear();
            }
            b'\r' => {}
            _ if self.line.len() < BLIND.len() => {
                self.line.push(byte.to_ascii_lowercase());
                self.blind |= self.line == BLIND;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stuffed(message: &[u8], piece: usize) -> (Vec<u8>, Stuffing) {
        let (mut stuffing, mut out) = (Stuffing::new(), Vec::new());
        message.chunks(piece).for_each(|piece| stuffing.push(piece, &mut out));
        (out, stuffing)
    }

    #[test]
    fn dots_are_doubled_and_the_last_line_end_waits() {
        assert_eq!(stuffed(b"a\r\n.b\r\n..\r\n", 100).0, b"a\r\n..b\r\n...");
        assert_eq!(stuffed(b".", 100).0, b"..");
        assert_eq!(stuffed(b"a\r\n\r\n", 100).0, b"a\r\n");
    }

    #[test]
    fn blind_copies_in_a_header_are_seen_and_in_a_body_are_text() {
        assert!(stuffed(b"To: a\r\nBCC: b\r\n\r\ntext\r\n", 1).1.names_the_blind());
        assert!(!stuffed(b"To: a\r\nX-Bcc: b\r\n\r\nbcc: text\r\n", 1).1.names_the_blind());
        assert!(stuffed("To: ñ\r\n".as_bytes(), 1).1.eight_bit);
    }

    /// What a server makes of it (RFC 5321 section 4.5.2): the opposite, line by line.
    fn received(wire: &[u8]) -> Vec<u8> {
        let mut message = Vec::new();
        for line in wire.split_inclusive(|byte| *byte == b'\n') {
            message.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
        }
        message
    }

    proptest! {
        #[test]
        fn what_arrives_is_what_was_there(
            lines in prop::collection::vec("[.a\u{e9}]{0,4}", 0..20), piece in 1_usize..7,
        ) {
            let message: Vec<u8> = lines.iter().flat_map(|line| [line.as_bytes(), LINE_END].concat()).collect();
            let (mut wire, _) = stuffed(&message, piece);
            // The server takes the line end before the final dot for the message's own.
            wire.extend_from_slice(b"\r\n");
            let expected = if message.is_empty() { LINE_END.to_vec() } else { message };
            prop_assert_eq!(received(&wire), expected);
        }
    }
}
