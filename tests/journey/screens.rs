//! What a person sees in a terminal: tables, colours, progress and one language; and what a script gets instead.

use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::setting::Setting;
use crate::host::{Home, PROGRAM};
use crate::samples::{self, SampleParty, Spec};

const GREEN: &str = "\u{1b}[32m";

/// Runs the program on a terminal of its own with that many columns, and gives everything that it wrote there.
fn on_terminal(home: &Home, columns: usize, variables: &[(&str, &str)], arguments: &[&str]) -> String {
    let quoted: Vec<String> = arguments.iter().map(|one| format!("'{one}'")).collect();
    let line = format!("stty rows 40 cols {columns}; exec '{PROGRAM}' {}", quoted.join(" "));
    let mut command = Command::new("script");
    command.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
    for (name, value) in home.command().get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "LC_MESSAGES"] {
        command.env_remove(name);
    }
    let output = command.env("TERM", "xterm").envs(variables.iter().copied()).stdin(Stdio::null()).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The lines that are on the screen in the end: what was written over is gone.
fn screen(written: &str) -> Vec<String> {
    let mut lines = vec![Vec::new()];
    let (mut column, mut letters) = (0, written.chars());
    while let Some(letter) = letters.next() {
        let line = lines.last_mut().unwrap();
        match letter {
            '\r' => column = 0,
            '\n' => lines.push(Vec::new()),
            '\u{1b}' => {
                assert!(letters.by_ref().take_while(|next| *next != 'm').all(|c| c == '[' || c.is_ascii_digit()))
            }
            other => {
                line.resize(line.len().max(column + 1), ' ');
                line[column] = other;
                column += 1;
            }
        }
    }
    lines.into_iter().map(|line| line.into_iter().collect::<String>().trim_end().to_owned()).collect()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn a_person_gets_tables_and_a_script_gets_fields() {
    let setting = Setting::signed_in(2);
    let (home, uuid) = (&setting.home, setting.samples[0].uuid.as_str());
    let sent = on_terminal(home, 100, &[], &["send", uuid, "--to", "cliente@example.mx", "--wait"]);
    assert!(sent.contains(" · 0:0"), "progress while it waits: {sent:?}");
    let shown = screen(&sent);
    assert!(shown[0].starts_with("Envío:"), "progress is gone: {shown:#?}");
    assert!(shown.iter().any(|line| line.ends_with(" Enviado (aceptado por Gmail)")), "{shown:#?}");

    let list = on_terminal(home, 120, &[], &["outbox", "list"]);
    assert!(list.contains(&format!("{GREEN}Enviado (aceptado por Gmail)")), "{list:?}");
    let lines: Vec<Vec<char>> = screen(&list).iter().map(|line| line.chars().collect()).collect();
    for head in ["Estado", "Folio", "Para", "Cambió"] {
        let head: Vec<char> = head.chars().collect();
        let at = lines[0].windows(head.len()).position(|window| window == head).unwrap();
        assert!(lines[1][at - 1] == ' ' && lines[1][at] != ' ', "{head:?} stands above its cells: {lines:?}");
    }
    let piped = home.run(&["outbox", "list"]);
    let fields: Vec<String> = text(&piped).trim_end().split('\t').map(str::to_owned).collect();
    assert_eq!((fields.len(), fields[1].as_str(), fields[3].as_str()), (4, "sent", "cliente@example.mx"));
    assert!(!text(&piped).contains('\u{1b}'));

    // English, whatever the table; and nothing of a language in JSON.
    let english = screen(&on_terminal(home, 100, &[("LANG", "C.UTF-8")], &["outbox", "list"]));
    assert!(english[0].contains("State") && english[1].contains("Sent"), "{english:#?}");
    let json = |variables: &[(&str, &str)]| on_terminal(home, 100, variables, &["--json", "outbox", "list"]);
    assert_eq!(json(&[]), json(&[("LANG", "C.UTF-8")]));
    assert_eq!(json(&[]).trim_end(), text(&home.run(&["--json", "outbox", "list"])).trim_end());

    let history = screen(&on_terminal(home, 100, &[], &["outbox", "show", &fields[0]]));
    for heading in ["Archivos", "Historial", "Asunto:"] {
        assert!(history.iter().any(|line| line.starts_with(heading)), "{heading}: {history:#?}");
    }
}

#[test]
fn colours_are_only_where_they_are_wanted() {
    let home = Home::with_file_vault();
    home.json(&["company", "set", "AAA010101AAA", "--name", "Papelería"]);
    let list = ["company", "list"];
    assert!(on_terminal(&home, 80, &[], &list).contains('\u{1b}'));
    for forbids in [("NO_COLOR", "1"), ("CLICOLOR", "0"), ("TERM", "dumb")] {
        let shown = on_terminal(&home, 80, &[forbids], &list);
        assert!(!shown.contains('\u{1b}') && shown.contains("Papelería"), "{forbids:?}: {shown:?}");
    }
    let never = on_terminal(&home, 80, &[], &["--color", "never", "company", "list"]);
    assert!(!never.contains('\u{1b}'));
    assert!(!on_terminal(&home, 80, &[], &["--json", "company", "list"]).contains('\u{1b}'));
    assert!(on_terminal(&home, 80, &[("NO_COLOR", "1")], &["company", "list", "--color=always"]).contains('\u{1b}'));
    assert!(!text(&home.run(&list)).contains('\u{1b}'));
    let help = on_terminal(&home, 80, &[], &["--help"]);
    assert!(help.contains('\u{1b}') && !on_terminal(&home, 80, &[("NO_COLOR", "1")], &["--help"]).contains('\u{1b}'));
}

#[test]
fn a_narrow_terminal_is_never_overrun() {
    let setting = Setting::signed_in(2);
    let lists = [&["company", "list"][..], &["account", "list"], &["library", "search"], &["outbox", "list"]];
    setting.home.json(&["library", "scan"]);
    let uuid = &setting.samples[0].uuid;
    setting.home.json(&["send", uuid, "--to", "cliente@example.mx", "--wait"]);
    for columns in [40, 72] {
        for list in lists {
            let lines = screen(&on_terminal(&setting.home, columns, &[], list));
            assert!(lines.len() > 2, "{list:?}: {lines:#?}");
            assert!(lines.iter().all(|line| line.chars().count() <= columns), "{list:?} {columns}: {lines:#?}");
        }
    }
}

#[test]
fn progress_leaves_nothing_behind() {
    let setting = Setting::new(3);
    let written = on_terminal(&setting.home, 80, &[], &["library", "scan"]);
    assert!(written.contains("Leyendo el almacén: "), "{written:?}");
    let lines = screen(&written);
    assert!(lines[0].starts_with("Archivos XML: 3 · nuevos o cambiados: 3 · "), "{lines:#?}");
    assert!(!lines.iter().any(|line| line.contains("Leyendo")), "{lines:#?}");
    assert!(!on_terminal(&setting.home, 80, &[("TERM", "dumb")], &["library", "scan"]).contains("Leyendo"));
    let piped = setting.home.run(&["library", "scan"]);
    assert!(piped.stderr.is_empty() && text(&piped).starts_with("Archivos XML: 3"), "{piped:?}");
}

#[test]
fn what_strangers_wrote_reaches_no_terminal_as_a_command() {
    let setting = Setting::new(1);
    // XML 1.0 allows the second set of controls, and marks of direction.
    let wicked = "MALO\u{9b}2J\u{202e}OLAM";
    let spec = Spec { seed: 77, receiver: SampleParty::new("XEX010101AB", wicked), ..Spec::default() };
    let sample = samples::write(&setting.folder, &spec);
    setting.home.json(&["library", "scan"]);
    let find = ["library", "find", sample.uuid.as_str()];
    let shown = on_terminal(&setting.home, 120, &[], &find);
    assert!(shown.contains("MALO\u{fffd}2J\u{fffd}OLAM"), "{shown:?}");
    assert!(!shown.contains(['\u{9b}', '\u{202e}']));
    let piped = text(&setting.home.run(&find));
    assert!(piped.contains("MALO\u{fffd}2J"), "{piped:?}");
    let raw = text(&setting.home.run(&["--json", "library", "find", sample.uuid.as_str()]));
    assert!(raw.contains("MALO\\u009b2J\\u202eOLAM"), "{raw}");
    let value: Value = serde_json::from_str(&raw).unwrap();
    assert_eq!(value["receiver_name"], wicked, "JSON keeps what was written");
    // A file's name may hold anything, and a failure names it.
    let file = setting.folder.join("a\u{1b}[31m\u{7}.xml");
    let failed = setting.home.run(&["inspect", file.to_str().unwrap()]);
    let said = String::from_utf8(failed.stderr).unwrap();
    assert!(said.contains("a\u{fffd}[31m\u{fffd}.xml") && !said.contains('\u{1b}'), "{said:?}");
    let mistake = setting.home.run(&["inspect", "--\u{1b}[2J"]);
    assert!(!String::from_utf8(mistake.stderr).unwrap().contains('\u{1b}'));
}

#[test]
fn help_and_mistakes_are_in_the_persons_language() {
    let home = Home::bare();
    let run = |variables: &[(&str, &str)], arguments: &[&str]| {
        let mut command = home.command();
        command.env_remove("LANG").env_remove("LC_MESSAGES").envs(variables.iter().copied()).args(arguments);
        let output = command.stdin(Stdio::null()).output().unwrap();
        (output.status.code(), text(&output), String::from_utf8(output.stderr).unwrap())
    };
    let spanish = [("LANG", "es_MX.UTF-8")];
    assert!(run(&spanish, &["--help"]).1.contains("Uso: correo-cfdi"));
    assert!(run(&[("LANG", "C.UTF-8")], &["--help"]).1.contains("Usage: correo-cfdi"));
    assert!(run(&[], &["--help"]).1.contains("Usage: correo-cfdi"));
    assert!(run(&[("LANG", "en_US"), ("LC_MESSAGES", "es_ES")], &["--help"]).1.contains("Uso: correo-cfdi"));
    assert!(run(&spanish, &["--lang", "en", "outbox", "--help"]).1.contains("Usage: correo-cfdi outbox"));
    assert!(run(&[], &["outbox", "list", "--lang=es", "-h"]).1.contains("Uso: correo-cfdi outbox list"));
    assert_eq!(run(&spanish, &["--version"]).1, format!("correo-cfdi {}\n", env!("CARGO_PKG_VERSION")));

    let (code, out, said) = run(&spanish, &["outbox", "list", "--limit", "x"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(
        said.starts_with("correo-cfdi: «--limit <LIMIT>» no acepta el valor «x».") && said.contains("--help"),
        "{said}"
    );
    let (code, _, said) = run(&[], &["outbox", "list", "--limit", "x"]);
    assert!(code == Some(2) && said.starts_with("error: invalid value 'x'"), "{said}");
    let (code, _, said) = run(&spanish, &["outbox"]);
    assert!(code == Some(2) && said.contains("Órdenes:"), "{said}");
    assert_eq!(run(&spanish, &["--lang", "fr", "doctor"]).0, Some(2));

    // Failures say what happened and what to do, in either language.
    let failed = |variables| run(variables, &["inspect", "no.xml"]);
    let (es, en) = (failed(&spanish), failed(&[]));
    assert_eq!((es.0, en.0), (Some(1), Some(1)));
    assert!(es.2.contains("El archivo ya no está") && !en.2.contains("El archivo"), "{} {}", es.2, en.2);
}

#[test]
fn every_shell_can_complete_the_commands() {
    let home = Home::bare();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = text(&home.run(&["completions", shell]));
        for word in ["outbox", "completions", "--wait", "correo-cfdi"] {
            let word = if shell == "fish" { word.trim_start_matches("--") } else { word };
            assert!(script.contains(word), "{shell} lacks {word}");
        }
        assert!(!script.contains(['\u{1b}', '\r']), "{shell}");
    }
    let script = home.path().join("completions.bash");
    std::fs::write(&script, home.run(&["completions", "bash"]).stdout).unwrap();
    // Also below a command with a hyphen in its name.
    for (words, last, found) in [("outbox re", "outbox", "retry resolve"), ("sign-in --no", "sign-in", "--no-browser")]
    {
        let word = words.split(' ').next_back().unwrap();
        let complete = format!(
            "source \"$1\"; COMP_WORDS=(correo-cfdi {words}); COMP_CWORD=2; _correo__cfdi correo-cfdi {word} {last}; \
             echo \"${{COMPREPLY[*]}}\""
        );
        let done = Command::new("bash").args(["-c", &complete, "bash"]).arg(&script).output().unwrap();
        assert_eq!(text(&done).trim(), found, "{done:?}");
    }
}
