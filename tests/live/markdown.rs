//! The report as a page to read.

use std::fmt::Write as _;

use super::claims::Verdict;
use super::report::{Check, Fact, Facts, Report};

/// Spanish first, English second.
pub(crate) fn page(report: &Report) -> String {
    let provider = if report.google { "Google" } else { "no es Google / not Google" };
    let counts = |verdict| report.count(verdict);
    let mut page = format!(
        "# Correo CFDI: comprobación con una cuenta real / check with a real account\n\n\
         Proveedor / provider: {provider} · Versión / version: {} · Sistema / system: {} · {}\n\n\
         {} confirmados / confirmed · {} refutados / refuted · {} no comprobados / not checked\n\n\
         | Afirmación / Claim | Resultado / Result | Detalles / Details |\n| --- | --- | --- |\n",
        report.version,
        report.system,
        shown(&report.began),
        counts(Verdict::Confirmed),
        counts(Verdict::Refuted),
        counts(Verdict::NotChecked),
    );
    for check in &report.checks {
        row(&mut page, check);
    }
    page
}

fn row(page: &mut String, check: &Check) {
    let (spanish, english) = check.claim.words();
    let (resultado, result) = check.verdict.words();
    let written = writeln!(page, "| {spanish} / {english} | {resultado} / {result} | {} |", details(&check.detail));
    debug_assert!(written.is_ok(), "a string takes every text");
}

fn details(facts: &Facts) -> String {
    let all: Vec<String> = facts.0.iter().map(|(name, fact)| format!("{name} = {}", shown(fact))).collect();
    all.join("; ")
}

fn shown(fact: &Fact) -> String {
    match serde_json::to_value(fact) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(serde_json::Value::Array(list)) => {
            list.iter().filter_map(serde_json::Value::as_str).collect::<Vec<_>>().join(" ")
        }
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}
