//! What Windows shows of the program before it runs: version, name, icon, and the manifest. Other systems need nothing.
//!
//! The resource is compiled by mingw's `windres`, also on Linux, or by the SDK's `rc.exe`.

use std::io;
use std::path::{Path, PathBuf};

use winresource::WindowsResource;

/// Spanish (Mexico), as Windows numbers languages (MS-LCID).
const SPANISH_MEXICO: u16 = 0x080a;

/// Sizes of the extension's icon, in pixels a side, that the program's icon is made of.
const ICON_SIZES: [u8; 4] = [16, 32, 48, 128];

fn main() -> io::Result<()> {
    tell("rerun-if-changed=host/build.rs");
    let given = |name: &str| std::env::var(name).unwrap_or_default();
    if given("CARGO_CFG_TARGET_OS") != "windows" {
        return Ok(());
    }
    let root = PathBuf::from(given("CARGO_MANIFEST_DIR"));
    let manifest = root.join("host/windows/correo-cfdi.manifest");
    tell(&format!("rerun-if-changed={}", manifest.display()));
    let icon = PathBuf::from(given("OUT_DIR")).join("correo-cfdi.ico");
    std::fs::write(&icon, icon_of(&root.join("extension/icons"))?)?;

    let mut resource = WindowsResource::new();
    resource
        .set_language(SPANISH_MEXICO)
        .set("ProductName", "Correo CFDI")
        // Task manager and firewall questions show this in place of the file's name.
        .set("FileDescription", "Correo CFDI: envío de facturas electrónicas por correo")
        .set("CompanyName", "Correo CFDI")
        .set("LegalCopyright", &given("CARGO_PKG_LICENSE"))
        .set("InternalName", "correo-cfdi")
        .set("OriginalFilename", "correo-cfdi.exe")
        .set_icon(&icon.to_string_lossy())
        .set_manifest_file(&manifest.to_string_lossy());
    resource.compile_for("correo-cfdi")?;
    if given("CARGO_CFG_TARGET_ENV") == "gnu" {
        // The time of linking would make every build another file.
        tell("rustc-link-arg-bins=-Wl,--no-insert-timestamp");
    }
    Ok(())
}

/// An icon file of the pictures that the extension has (learn.microsoft.com, "The ICO file format"; PNG since Vista).
fn icon_of(folder: &Path) -> io::Result<Vec<u8>> {
    const HEADER: usize = 6;
    const ENTRY: usize = 16;
    let mut entries: Vec<u8> = [0, 1, ICON_SIZES.len() as u16].iter().flat_map(|word| word.to_le_bytes()).collect();
    let mut pictures = Vec::new();
    for size in ICON_SIZES {
        let path = folder.join(format!("icon-{size}.png"));
        tell(&format!("rerun-if-changed={}", path.display()));
        let picture = std::fs::read(path)?;
        let begin = HEADER + ENTRY * ICON_SIZES.len() + pictures.len();
        // Width, height, no palette; one plane of 32 bits.
        entries.extend([size, size, 0, 0, 1, 0, 32, 0]);
        for number in [picture.len(), begin] {
            entries.extend(u32::try_from(number).map_err(io::Error::other)?.to_le_bytes());
        }
        pictures.extend(picture);
    }
    Ok([entries, pictures].concat())
}

#[expect(clippy::print_stdout, reason = "how a build script speaks to Cargo")]
fn tell(instruction: &str) {
    println!("cargo::{instruction}");
}
