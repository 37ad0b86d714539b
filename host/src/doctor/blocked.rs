//! A program that Windows marked as coming from the internet: SmartScreen then asks about it, or does not start it.

use super::check::Check;
use super::registration::Seen;
use crate::protocol::doctor::Cause;

/// Zone from which files get no trust (`URLZONE_INTERNET`, urlmon.h); 4 is the one of restricted sites.
const INTERNET: u32 = 3;

/// Looks at every program that a browser would start; nothing where the system has no such marks.
pub(super) fn checks(seen: &Seen) -> Vec<Check> {
    if !cfg!(windows) {
        return Vec::new();
    }
    let programs = seen.programs().into_iter().chain(std::env::current_exe().ok());
    let mut programs: Vec<_> = programs.collect();
    programs.sort();
    programs.dedup();
    let marks = programs.iter().map(|program| {
        // The alternate data stream in which Windows and browsers note where a file came from (MS-FSCC 5.6.1).
        let mut stream = program.as_os_str().to_owned();
        stream.push(":Zone.Identifier");
        let mark = std::fs::read(stream).ok();
        judge(&program.display().to_string(), mark.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).as_deref())
    });
    marks.collect()
}

fn judge(program: &str, mark: Option<&str>) -> Check {
    let zone = mark.and_then(zone);
    let check = match zone {
        Some(zone) if zone >= INTERNET => Check::warn("program.mark", Cause::MarkOfTheWeb),
        Some(_) | None => Check::ok("program.mark"),
    };
    let check = check.of(program);
    zone.into_iter().fold(check, |check, zone| check.fact("zone", zone.to_string()))
}

/// `ZoneId` of the section `[ZoneTransfer]`.
fn zone(mark: &str) -> Option<u32> {
    let lines = mark.lines().map(str::trim);
    lines.filter_map(|line| line.split_once('=')).find(|(name, _)| name.trim() == "ZoneId")?.1.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_from_the_internet_is_told_by_its_zone() {
        let marked = "[ZoneTransfer]\r\nZoneId=3\r\nReferrerUrl=https://x.example/\r\n";
        let warned = Check::warn("program.mark", Cause::MarkOfTheWeb).of("x.exe").fact("zone", "3");
        assert_eq!(judge("x.exe", Some(marked)), warned);
        assert_eq!(
            judge("x.exe", Some("[ZoneTransfer]\nZoneId = 0")),
            Check::ok("program.mark").of("x.exe").fact("zone", "0")
        );
        for none in [None, Some(""), Some("ZoneId=three")] {
            assert_eq!(judge("x.exe", none), Check::ok("program.mark").of("x.exe"));
        }
    }
}
