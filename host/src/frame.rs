//! Native-messaging frames: a 32-bit length in native byte order, then that many bytes.
//!
//! This floor knows bytes only; what they mean is `protocol`'s business.
//! Limits: Chrome and Edge refuse host messages over 1 MiB and never send more than 64 MiB
//! (developer.chrome.com, "Native messaging"); we accept far less.

use std::io::{self, Read, Write};

use byteorder::{NativeEndian, ReadBytesExt, WriteBytesExt};

/// Largest request body that is read into memory, in bytes: no request of ours comes near it.
pub const MAX_REQUEST: u32 = 8 * 1024 * 1024;

/// Largest answer body, in bytes: one byte more and the browser closes the port without a word to the page.
pub const MAX_ANSWER: usize = 1024 * 1024;

/// Longest length that a browser can announce, in bytes; more means that the stream is not framed at all.
pub const MAX_POSSIBLE: u32 = 64 * 1024 * 1024;

/// What one read of the stream gave.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame {
    /// A whole body within [`MAX_REQUEST`].
    Body(Vec<u8>),
    /// A body over [`MAX_REQUEST`]; it was skipped, and the next frame can be read.
    TooLarge(u32),
    /// The peer closed the stream between two frames.
    End,
}

/// Why no further frame can be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The announced length is one that no browser sends.
    #[error("announced length {0} is impossible")]
    ImpossibleLength(u32),
    /// The stream ended inside a frame.
    #[error("the stream ended inside a frame")]
    Truncated,
    /// An answer would be larger than the browser accepts.
    #[error("an answer of {0} bytes is over the limit")]
    AnswerTooLarge(usize),
    /// The stream itself failed.
    #[error("stream failed")]
    Io(#[from] io::Error),
}

/// Reads the next frame.
///
/// # Errors
/// [`FrameError::ImpossibleLength`], [`FrameError::Truncated`] and [`FrameError::Io`] end the conversation: the
/// position in the stream is lost.
pub fn read(stream: &mut impl Read) -> Result<Frame, FrameError> {
    let Some(length) = read_length(stream)? else {
        return Ok(Frame::End);
    };
    if length > MAX_POSSIBLE {
        return Err(FrameError::ImpossibleLength(length));
    }
    let mut body = stream.take(u64::from(length));
    if length > MAX_REQUEST {
        let skipped = io::copy(&mut body, &mut io::sink())?;
        return match skipped == u64::from(length) {
            true => Ok(Frame::TooLarge(length)),
            false => Err(FrameError::Truncated),
        };
    }
    // The buffer grows with what really arrives, so an announced length alone reserves nothing.
    let mut bytes = Vec::new();
    body.read_to_end(&mut bytes)?;
    match bytes.len() == length as usize {
        true => Ok(Frame::Body(bytes)),
        false => Err(FrameError::Truncated),
    }
}

/// Reads the four length bytes; `None` is an end of stream before the first of them.
fn read_length(stream: &mut impl Read) -> Result<Option<u32>, FrameError> {
    let mut first = [0_u8; 1];
    loop {
        match stream.read(&mut first) {
            Ok(0) => return Ok(None),
            Ok(_) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    let mut rest = first.chain(stream);
    match rest.read_u32::<NativeEndian>() {
        Ok(length) => Ok(Some(length)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(FrameError::Truncated),
        Err(error) => Err(error.into()),
    }
}

/// Writes one frame and flushes it.
///
/// # Errors
/// [`FrameError::AnswerTooLarge`] writes nothing; [`FrameError::Io`] means that the peer is gone.
pub fn write(stream: &mut impl Write, body: &[u8]) -> Result<(), FrameError> {
    let length = u32::try_from(body.len())
        .ok()
        .filter(|_| body.len() <= MAX_ANSWER)
        .ok_or(FrameError::AnswerTooLarge(body.len()))?;
    stream.write_u32::<NativeEndian>(length)?;
    stream.write_all(body)?;
    stream.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;
    use proptest::prelude::*;

    fn framed(bodies: &[&[u8]]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for body in bodies {
            write(&mut bytes, body).unwrap();
        }
        bytes
    }

    /// A stream that gives one byte a read, as a slow pipe may.
    struct Trickle<'a>(&'a [u8]);

    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Some((&byte, rest)) = self.0.split_first() else {
                return Ok(0);
            };
            buffer[0] = byte;
            self.0 = rest;
            Ok(1)
        }
    }

    #[test]
    fn partial_reads_make_whole_frames() {
        let bytes = framed(&[b"one", b"", b"\n\r\x1a"]);
        let mut stream = Trickle(&bytes);
        assert_eq!(read(&mut stream).unwrap(), Frame::Body(b"one".to_vec()));
        assert_eq!(read(&mut stream).unwrap(), Frame::Body(Vec::new()));
        assert_eq!(read(&mut stream).unwrap(), Frame::Body(b"\n\r\x1a".to_vec()));
        assert_eq!(read(&mut stream).unwrap(), Frame::End);
    }

    #[test]
    fn half_a_length_or_body_is_truncated() {
        assert!(matches!(read(&mut &[1, 0][..]), Err(FrameError::Truncated)));
        let bytes = framed(&[b"whole"]);
        assert!(matches!(read(&mut &bytes[..6]), Err(FrameError::Truncated)));
    }

    #[test]
    fn an_oversized_body_is_skipped_and_the_next_frame_is_read() {
        let length = MAX_REQUEST + 1;
        let mut bytes = length.to_ne_bytes().to_vec();
        bytes.resize(4 + length as usize, b'x');
        bytes.extend(framed(&[b"next"]));
        let mut stream = &bytes[..];
        assert_eq!(read(&mut stream).unwrap(), Frame::TooLarge(length));
        assert_eq!(read(&mut stream).unwrap(), Frame::Body(b"next".to_vec()));
    }

    #[test]
    fn an_impossible_length_ends_the_stream() {
        let bytes = (MAX_POSSIBLE + 1).to_ne_bytes();
        assert!(matches!(read(&mut &bytes[..]), Err(FrameError::ImpossibleLength(_))));
    }

    #[test]
    fn an_answer_over_the_browsers_limit_is_not_written() {
        let mut out = Vec::new();
        assert!(write(&mut out, &vec![b'x'; MAX_ANSWER]).is_ok());
        out.clear();
        assert!(matches!(write(&mut out, &vec![b'x'; MAX_ANSWER + 1]), Err(FrameError::AnswerTooLarge(_))));
        assert!(out.is_empty());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let mut stream = &bytes[..];
            for _ in 0..200 {
                match read(&mut stream) {
                    Ok(Frame::End) | Err(_) => break,
                    Ok(Frame::Body(_) | Frame::TooLarge(_)) => {}
                }
            }
        }

        #[test]
        fn bodies_come_back_as_written(bodies in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..2000), 0..8)) {
            let slices: Vec<&[u8]> = bodies.iter().map(Vec::as_slice).collect();
            let bytes = framed(&slices);
            let mut stream = Trickle(&bytes);
            for body in &bodies {
                prop_assert_eq!(read(&mut stream).unwrap(), Frame::Body(body.clone()));
            }
            prop_assert_eq!(read(&mut stream).unwrap(), Frame::End);
        }
    }
}
