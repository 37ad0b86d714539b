//! `doctor`: how every part stands that mail needs, and what to do about what does not.

use std::path::PathBuf;

use clap::Args;

use super::exit_code;
use super::paint::{Shown, Tone};
use super::print::Printer;
use crate::doctor::{self, Check, Wish};
use crate::install::Target;
use crate::protocol::doctor::{CheckState, CheckView, DoctorReport, Why};
use crate::protocol::failure::Fault;
use crate::usecase::World;

#[derive(Debug, Args)]
pub(super) struct DoctorArguments {
    /// Repara lo que se puede reparar sin una persona y revisa otra vez / mends what needs no person, and looks again.
    #[arg(long)]
    fix: bool,
    /// Revisa además esta carpeta de datos de un navegador / looks at this user data folder of a browser too.
    #[arg(long, value_name = "DIR")]
    user_data_dir: Option<PathBuf>,
}

/// The exit code is that of what fails first; a warning fails nothing.
pub(super) fn doctor(world: &Result<World, Fault>, given: DoctorArguments, printer: &Printer) -> Result<u8, Fault> {
    let user_data_dir = given.user_data_dir.map(std::path::absolute).transpose();
    let user_data_dir = user_data_dir.map_err(|_| super::usage("--user-data-dir"))?;
    let wish = Wish::everywhere(None, user_data_dir.clone());
    let look = || doctor::examine(world.as_ref(), &wish);
    let mut checks = look();
    if given.fix {
        for step in doctor::mend(&checks, user_data_dir.as_deref())? {
            match step.outcome {
                Ok(_) => printer.remark(&printer.sentence("doctor_mended", &step.title)),
                Err(fault) => printer.fault(fault),
            }
        }
        checks = look();
    }
    print(&checks, printer);
    Ok(code(&checks))
}

/// What installing ends with: whether the browser finds what was registered and can start it. Scripts that read JSON ask
/// `doctor` themselves.
pub(super) fn after_installing(target: &Target, printer: &Printer) -> u8 {
    if printer.is_json() {
        return 0;
    }
    let checks = doctor::of_browser(std::slice::from_ref(target), false);
    print(&checks, printer);
    code(&checks)
}

fn print(checks: &[Check], printer: &Printer) {
    let report = doctor::report(checks, printer.locale());
    printer.result(&report, |report| text(report, printer));
}

fn code(checks: &[Check]) -> u8 {
    match doctor::failure(checks) {
        None => 0,
        Some(Why::Cause(_)) => 1,
        Some(Why::Failure(kind)) => exit_code(kind),
    }
}

/// What is wrong with its next step first, then the rest.
fn text(report: &DoctorReport, printer: &Printer) -> Shown {
    let of = |state: CheckState| report.checks.iter().filter(move |check| check.state == state);
    let mut lines = vec![Shown::new(Tone::Head, format!("Correo CFDI {} ({})", report.host_version, report.system))];
    for state in [CheckState::Fail, CheckState::Warn] {
        for check in of(state) {
            lines.push(Shown::default());
            lines.extend(in_full(check, printer));
        }
    }
    lines.push(Shown::default());
    lines.extend(of(CheckState::Ok).map(|check| in_short(check, printer)));
    let unseen: Vec<&str> = of(CheckState::NotChecked).map(|check| check.id.as_str()).collect();
    if !unseen.is_empty() {
        lines.push(Shown::new(Tone::Dim, format!("{}: {}", printer.text("check_not_checked"), unseen.join(", "))));
    }
    let (fails, warns) = (of(CheckState::Fail).count(), of(CheckState::Warn).count());
    lines.push(Shown::default());
    lines.push(match (fails, warns) {
        (0, 0) => Shown::new(Tone::Good, printer.text("doctor_all_well")),
        (fails, warns) => Shown::new(
            if fails > 0 { Tone::Bad } else { Tone::Warn },
            printer.filled("doctor_counts", &[&fails, &warns]),
        ),
    });
    Shown::lines(lines)
}

fn in_full(check: &CheckView, printer: &Printer) -> Vec<Shown> {
    let (tone, state) =
        if check.state == CheckState::Fail { (Tone::Bad, "check_fail") } else { (Tone::Warn, "check_warn") };
    let title = Shown::new(tone, format!("{}:", printer.text(state).to_uppercase()));
    let mut lines = vec![title.and(Tone::Head, format!(" {}", head(check))).and(Tone::Dim, format!(" [{}]", check.id))];
    lines.extend(check.found.iter().map(|found| Shown::from(format!("  {found}"))));
    lines.extend(check.facts.iter().map(|fact| Shown::new(Tone::Dim, format!("    {}: {}", fact.label, fact.value))));
    lines.extend(check.fix.iter().map(|fix| Shown::from(format!("  -> {}", fix.text))));
    lines
}

fn in_short(check: &CheckView, printer: &Printer) -> Shown {
    let facts: Vec<String> = check.facts.iter().map(|fact| format!("{}: {}", fact.label, fact.value)).collect();
    let facts = if facts.is_empty() { String::new() } else { format!(" ({})", facts.join("; ")) };
    let state = Shown::new(Tone::Good, format!("{}:", printer.text("check_ok")));
    state.and(Tone::Plain, format!(" {}", head(check))).and(Tone::Dim, facts)
}

/// The title names a browser; a server, a folder or a program stands behind it.
fn head(check: &CheckView) -> String {
    match &check.subject {
        Some(subject) if !check.title.contains(subject.as_str()) => format!("{}: {subject}", check.title),
        Some(_) | None => check.title.clone(),
    }
}
