//! Help in one language, and mistakes in Spanish.
//!
//! The texts stand beside the arguments (`commands.rs`), as `español / English`, so that both are changed together. Here one of
//! the two is taken, and the parser's own English words are replaced.

use std::ffi::OsString;
use std::io::Write as _;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ColorChoice, Command, CommandFactory as _, ValueEnum as _};
use clap_complete::Shell;

use super::commands::Arguments;
use super::paint::{When, clean};
use super::print::Printer;
use crate::protocol::hello::Locale;

/// What stands between the two languages of a text.
const BETWEEN: &str = " / ";

/// Where help and version stand among the arguments.
const LAST: usize = 990;

/// A group of commands without the command: its help is shown, as a mistake.
const HELP_INSTEAD: ErrorKind = ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;

/// Help in Spanish: the parser's own form (`clap::Command::help_template`) with our word for the usage.
const TEMPLATE: &str =
    "{before-help}{about-with-newline}\n\u{1b}[1m\u{1b}[4mUso:\u{1b}[0m {usage}\n\n{all-args}{after-help}";

/// The command line with its help in that language.
pub(super) fn in_language(command: Command, locale: Locale) -> Command {
    let mut command = command.disable_help_flag(true).disable_version_flag(true).arg(
        Arg::new("help")
            .long("help")
            .short('h')
            .action(ArgAction::Help)
            .global(true)
            .display_order(LAST)
            .help("Muestra esta ayuda / shows this help"),
    );
    command = command.arg(
        Arg::new("version")
            .long("version")
            .short('V')
            .action(ArgAction::Version)
            .display_order(LAST)
            .help("Muestra la versión / shows the version"),
    );
    // Makes the names and the usage of every subcommand, which the texts are put into.
    command.build();
    translated(command, locale)
}

fn translated(mut command: Command, locale: Locale) -> Command {
    for sub in command.get_subcommands_mut() {
        *sub = translated(std::mem::take(sub), locale);
    }
    if let Some(about) = command.get_about().map(|text| chosen(text, locale)) {
        // Written by the parser for the command that it adds itself.
        let about = if command.get_name() == "help" { help_of_help(locale).to_owned() } else { about };
        command = command.about(about);
    }
    if let Some(about) = command.get_long_about().map(|text| chosen(text, locale)) {
        command = command.long_about(about);
    }
    if let Some(after) = command.get_after_help().map(|text| chosen(text, locale)) {
        command = command.after_help(after);
    }
    command = command.mut_args(|argument| argument_in(argument, locale));
    match locale {
        Locale::En => command,
        Locale::Es => {
            command = command.subcommand_help_heading("Órdenes").subcommand_value_name("ORDEN").help_template(TEMPLATE);
            let usage = usage_in_spanish(&command.render_usage().to_string());
            command.override_usage(usage)
        }
    }
}

fn argument_in(mut argument: Arg, locale: Locale) -> Arg {
    if let Some(help) = argument.get_help().map(|text| chosen(text, locale)) {
        argument = argument.help(help);
    }
    if let Some(help) = argument.get_long_help().map(|text| chosen(text, locale)) {
        argument = argument.long_help(help);
    }
    argument = with_values(argument, locale);
    if locale == Locale::Es {
        let heading = if argument.is_positional() { "Argumentos" } else { "Opciones" };
        argument = argument.help_heading(heading);
    }
    argument
}

/// Names the values that an argument may have on its line; the parser would give each a line of its own.
fn with_values(argument: Arg, locale: Locale) -> Arg {
    let word = if locale == Locale::Es { "valores" } else { "values" };
    let takes = argument.get_action().takes_values();
    let values: Vec<String> = argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    let Some(help) = argument.get_help().filter(|_| takes && !values.is_empty()).map(StyledStr::to_string) else {
        return argument;
    };
    argument.help(format!("{help} [{word}: {}]", values.join(", "))).hide_possible_values(true).hide_default_value(true)
}

fn help_of_help(locale: Locale) -> &'static str {
    match locale {
        Locale::Es => "Muestra la ayuda de una orden",
        Locale::En => "Shows the help of a command",
    }
}

fn usage_in_spanish(usage: &str) -> String {
    let usage = usage.trim_start_matches("Usage:").trim();
    usage.replace("[OPTIONS]", "[OPCIONES]").replace("[COMMAND]", "[ORDEN]").replace("<COMMAND>", "<ORDEN>")
}

fn chosen(text: &StyledStr, locale: Locale) -> String {
    let paragraphs = text.to_string();
    let paragraphs = paragraphs.split("\n\n").map(|paragraph| match (paragraph.split_once(BETWEEN), locale) {
        (Some((spanish, _)), Locale::Es) => spanish.to_owned(),
        (Some((_, english)), Locale::En) => capital(english),
        (None, _) => paragraph.to_owned(),
    });
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Shows what the parser has to say: help and version on standard output, mistakes on standard error.
pub(super) fn say(error: &clap::Error, locale: Locale) {
    match error.use_stderr() && locale == Locale::Es && error.kind() != HELP_INSTEAD {
        // A screen that is gone is no reason to say more.
        true => drop(writeln!(std::io::stderr(), "{}", mistake(error))),
        false => drop(error.print()),
    }
}

/// Colours of help, which has to be shown where the arguments were not understood.
pub(super) fn colours(arguments: &[OsString]) -> ColorChoice {
    let text: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
    let asked = text.iter().enumerate().filter_map(|(index, argument)| match argument.strip_prefix("--color") {
        Some("") => text.get(index + 1).map(|value| &**value),
        Some(value) => value.strip_prefix('='),
        None => None,
    });
    asked.collect::<Vec<_>>().pop().and_then(|value| When::from_str(value, false).ok()).unwrap_or_default().for_help()
}

/// Prints what a shell reads to complete commands and arguments.
pub(super) fn completions(shell: Shell, printer: &Printer) -> u8 {
    let mut command = in_language(Arguments::command(), printer.locale());
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "correo-cfdi", &mut script);
    // The generator for bash (4.6.11) writes the hyphen of a program's name in two ways, and then finds none of its commands.
    printer.raw(&String::from_utf8_lossy(&script).replace("correo__subcmd__cfdi", "correo__cfdi"));
    0
}

/// A mistake in the arguments, with what to do next.
fn mistake(error: &clap::Error) -> String {
    let of = |kind: ContextKind| error.get(kind).map(plain).filter(|text| !text.is_empty());
    let argument = of(ContextKind::InvalidArg).unwrap_or_default();
    let value = of(ContextKind::InvalidValue).unwrap_or_default();
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the parser's kinds grow; what has no sentence here keeps its own"
    )]
    let what = match error.kind() {
        ErrorKind::UnknownArgument => format!("no existe el argumento «{argument}»"),
        ErrorKind::InvalidSubcommand => {
            format!("no existe la orden «{}»", of(ContextKind::InvalidSubcommand).unwrap_or_default())
        }
        ErrorKind::MissingSubcommand => "falta la orden".to_owned(),
        ErrorKind::MissingRequiredArgument => format!("falta «{argument}»"),
        ErrorKind::InvalidValue if value.is_empty() => format!("falta el valor de «{argument}»"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => format!("«{argument}» no acepta el valor «{value}»"),
        ErrorKind::ArgumentConflict => match of(ContextKind::PriorArg) {
            Some(prior) => format!("«{argument}» no se puede usar junto con «{prior}»"),
            None => format!("«{argument}» no se puede usar con lo demás"),
        },
        ErrorKind::TooManyValues => format!("sobra el valor «{value}» de «{argument}»"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("«{argument}» lleva otro número de valores")
        }
        ErrorKind::InvalidUtf8 => "un argumento no es texto UTF-8".to_owned(),
        _ => return clean(&error.render().to_string()),
    };
    let mut lines = vec![format!("correo-cfdi: {what}.")];
    let suggested = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    if let Some(suggestion) = suggested.into_iter().find_map(of) {
        lines.push(format!("  ¿Quiso decir «{suggestion}»?"));
    } else if let Some(values) = of(ContextKind::ValidValue) {
        lines.push(format!("  Valores: «{values}»."));
    }
    if let Some(usage) = of(ContextKind::Usage) {
        lines.push(format!("\nUso: {}", usage_in_spanish(&usage)));
    }
    lines.push("\nMás información con --help.".to_owned());
    clean(&lines.join("\n"))
}

fn plain(value: &ContextValue) -> String {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the parser's enum grows; what is no text says nothing here")]
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join("», «"),
        ContextValue::StyledStr(text) => text.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;

    fn every(command: &Command, look: &mut impl FnMut(&str, &StyledStr)) {
        let texts = [command.get_about(), command.get_long_about(), command.get_after_help()];
        for text in texts.into_iter().flatten() {
            look(command.get_name(), text);
        }
        for argument in command.get_arguments() {
            for text in [argument.get_help(), argument.get_long_help()].into_iter().flatten() {
                look(&format!("{} {}", command.get_name(), argument.get_id()), text);
            }
        }
        command.get_subcommands().for_each(|sub| every(sub, look));
    }

    #[test]
    fn every_text_is_written_in_both_languages() {
        let mut seen = 0;
        every(&Arguments::command(), &mut |place, text| {
            for paragraph in text.to_string().split("\n\n") {
                let halves: Vec<&str> = paragraph.split(BETWEEN).collect();
                assert_eq!(halves.len(), 2, "{place}: {paragraph}");
                assert!(halves.iter().all(|half| !half.trim().is_empty()), "{place}: {paragraph}");
            }
            seen += 1;
        });
        assert!(seen > 100, "{seen} texts");
    }

    #[test]
    fn help_is_in_one_language() {
        for (locale, own, others) in [
            (Locale::Es, ["Uso:", "Opciones:", "Órdenes:"], ["Usage", "Options", "Commands"]),
            (Locale::En, ["Usage:", "Options:", "Commands:"], ["Uso:", "Opciones", "Órdenes"]),
        ] {
            let help = in_language(Arguments::command(), locale).render_long_help().to_string();
            assert!(own.iter().all(|word| help.contains(word)), "{help}");
            assert!(!others.iter().any(|word| help.contains(word)) && !help.contains(BETWEEN), "{help}");
        }
        let mut spanish = in_language(Arguments::command(), Locale::Es);
        let outbox = spanish.find_subcommand_mut("outbox").unwrap().find_subcommand_mut("resolve").unwrap();
        let help = outbox.render_help().to_string();
        assert!(help.contains("Uso: correo-cfdi outbox resolve [OPCIONES] <DELIVERY> <OUTCOME>"), "{help}");
        assert!(help.contains("[valores: was-sent, send-again]") && help.contains("Argumentos:"), "{help}");
    }

    #[test]
    fn a_mistake_names_what_is_wrong_and_what_there_is() {
        let said = |arguments: &[&str]| {
            let command = in_language(Arguments::command(), Locale::Es);
            mistake(&command.try_get_matches_from(arguments).unwrap_err())
        };
        let said_of = |arguments: &[&str]| said(&[&["correo-cfdi"], arguments].concat());
        assert!(
            said_of(&["outbo"])
                .starts_with("correo-cfdi: no existe la orden «outbo».\n  ¿Quiso decir «doctor», «outbox»?")
        );
        assert!(said_of(&["outbox", "list", "--limit", "x\u{1b}"]).contains("no acepta el valor «x\u{fffd}»"));
        let missing = said_of(&["send", "A.xml"]);
        assert!(missing.contains("falta «--to") && missing.contains("Uso: correo-cfdi send [OPCIONES]"), "{missing}");
        assert!(said_of(&["status", "maybe"]).contains("Valores: «on», «off»."));
        assert!(said_of(&["--nada"]).contains("no existe el argumento «--nada»"));
    }
}
