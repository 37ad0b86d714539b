//! What the program's file says of itself before it runs.

use crate::{program, saw};

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(bytes, part).is_some()
}

/// A text of the version resource: its name, padded to four bytes, and its value, both ended by a zero.
fn value(bytes: &[u8], name: &str) -> Option<String> {
    let key = wide(&format!("{name}\0"));
    let at = memchr::memmem::find(bytes, &key)? + key.len();
    let words = bytes[at..].chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    let text: Vec<u16> = words.skip_while(|word| *word == 0).take_while(|word| *word != 0).collect();
    String::from_utf16(&text).ok()
}

#[test]
fn it_names_product_version_and_purpose() {
    let bytes = std::fs::read(program()).unwrap();
    let version = env!("CARGO_PKG_VERSION");
    for (name, expected) in [
        ("ProductName", "Correo CFDI"),
        ("FileDescription", "Correo CFDI: envío de facturas electrónicas por correo"),
        ("FileVersion", version),
        ("ProductVersion", version),
        ("OriginalFilename", "correo-cfdi.exe"),
        ("LegalCopyright", env!("CARGO_PKG_LICENSE")),
    ] {
        assert_eq!(value(&bytes, name).as_deref(), Some(expected), "{name}");
    }
    // Spanish (Mexico), UTF-16.
    assert!(has(&bytes, &wide("080a04b0")));
    saw(&format!("version resource: Correo CFDI {version}, Spanish (Mexico)"));
}

#[test]
fn its_manifest_asks_for_no_rights_long_paths_and_utf_8() {
    let bytes = std::fs::read(program()).unwrap();
    let manifest = include_bytes!("../../host/windows/correo-cfdi.manifest");
    assert!(has(&bytes, manifest), "the manifest is not in the file as it is in the repository");
    let text = std::str::from_utf8(manifest).unwrap();
    for setting in ["level=\"asInvoker\"", "longPathAware", ">true<", "activeCodePage", ">UTF-8<"] {
        assert!(text.contains(setting), "{setting}");
    }
    saw("manifest: asInvoker, longPathAware, UTF-8");
}

#[test]
fn it_is_a_console_program_that_was_linked_without_the_time() {
    const CONSOLE: u16 = 3;
    let bytes = std::fs::read(program()).unwrap();
    let half = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    let word = |at: usize| u32::from(half(at)) | u32::from(half(at + 2)) << 16;
    let header = word(0x3c) as usize;
    assert_eq!(&bytes[header..header + 4], b"PE\0\0");
    // Browsers hide console programs that they start themselves; windowed ones they would have to trust.
    assert_eq!(half(header + 4 + 20 + 68), CONSOLE);
    assert_eq!(word(header + 8), 0, "the time of linking would make every build another file");
    saw("console subsystem, no time of linking");
}
