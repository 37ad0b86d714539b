//! Browsers that were installed as a Snap or Flatpak: their sandbox keeps them from starting programs of the computer, and
//! the browser says "not found" although everything is registered (xdg-desktop-portal, issue 655).

use std::path::Path;

use super::check::Check;
use crate::protocol::doctor::Cause;

/// Name, and where the browser lies as a Snap, or below the user's or the system's folder of Flatpaks.
const BROWSERS: [(&str, &str, &str); 4] = [
    ("Chromium", "/snap/bin/chromium", "org.chromium.Chromium"),
    ("Google Chrome", "", "com.google.Chrome"),
    ("Microsoft Edge", "", "com.microsoft.Edge"),
    ("Brave", "/snap/bin/brave", "com.brave.Browser"),
];

/// Nothing where there is none; other systems have neither.
pub(super) fn checks() -> Vec<Check> {
    if !cfg!(target_os = "linux") {
        return Vec::new();
    }
    let home = directories::BaseDirs::new().map(|bases| bases.data_local_dir().join("flatpak/app"));
    let flatpaks = [home.as_deref(), Some(Path::new("/var/lib/flatpak/app"))];
    let is_there = |path: &Path| path.symlink_metadata().is_ok();
    judge(|snap, flatpak| {
        let as_flatpak = flatpaks.iter().flatten().any(|folder| is_there(&folder.join(flatpak)));
        as_flatpak || (!snap.is_empty() && is_there(Path::new(snap)))
    })
}

fn judge(is_there: impl Fn(&str, &str) -> bool) -> Vec<Check> {
    let found = BROWSERS.iter().filter(|(_, snap, flatpak)| is_there(snap, flatpak));
    let titles: Vec<&str> = found.map(|(title, ..)| *title).collect();
    match titles.is_empty() {
        true => Vec::new(),
        false => vec![Check::warn("browser.confined", Cause::BrowserConfined).fact("browsers", titles.join(", "))],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_in_a_sandbox_is_named_and_no_other() {
        assert_eq!(judge(|_, _| false), []);
        let found = judge(|snap, flatpak| snap == "/snap/bin/chromium" || flatpak == "com.brave.Browser");
        let wanted = Check::warn("browser.confined", Cause::BrowserConfined).fact("browsers", "Chromium, Brave");
        assert_eq!(found, [wanted]);
    }
}
