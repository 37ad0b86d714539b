//! Where state lies when nobody says where.

use std::path::{Path, PathBuf};

use crate::host::Home;
use crate::saw;

fn variable(name: &str) -> PathBuf {
    PathBuf::from(std::env::var_os(name).unwrap())
}

/// Every file and folder below that names us.
fn ours(below: &Path) -> Vec<PathBuf> {
    let entries: Vec<PathBuf> = std::fs::read_dir(below).unwrap().map(|entry| entry.unwrap().path()).collect();
    let named = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().to_lowercase().contains("correo");
    entries.into_iter().filter(named).collect()
}

#[test]
#[ignore = "writes into the data folder of whoever runs it"]
fn state_lies_in_the_local_folder_and_never_in_the_roaming_one() {
    let (local, roaming) = (variable("LOCALAPPDATA"), variable("APPDATA"));
    assert_ne!(local, roaming);
    let home = Home::bare();
    let mut command = home.command();
    command.env_remove("CORREO_CFDI_HOME").args(["--json", "library", "problems"]);
    assert!(command.status().unwrap().success());
    let [place] = &ours(&local)[..] else { panic!("{:?}", ours(&local)) };
    let database = place.join("Correo CFDI").join("data").join("library.db");
    assert!(database.is_file(), "{}", database.display());
    assert_eq!(ours(&roaming), Vec::<PathBuf>::new());
    saw(&format!("state lies in {}; nothing in {}", database.parent().unwrap().display(), roaming.display()));
    std::fs::remove_dir_all(place).unwrap();
}
