//! The parts of a report in the order in which they stand.

use super::chart::{self, Bar};
use super::facts::Facts;
use super::html::escaped;
use crate::catalogue::{self, parse_id};
use crate::diagnostic::{Severity, thousands};
use crate::emit::RuleCount;
use crate::emit::manifest::{GateVerdict, rule_counts};
use crate::icd::Reference;
use crate::rates::{Rate, Unit};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// From how many on headings and key points are counted together.
const MANY: u64 = 15;

/// Fields of which the report shows how often they are filled, beside those that a gate is about and `extra`.
const FIELDS: [&str; 9] = [
    "title",
    "code",
    "code_title",
    "code_system",
    "chapter_title",
    "block_title",
    "sections",
    "key_points",
    "diagnosis_codes",
];

/// Verdict, what it rests on, and the counts.
pub(super) fn head(out: &mut String, manifest: &Value, facts: &Facts) {
    let gates: &[Value] = manifest["gates"].as_array().map_or(&[], Vec::as_slice);
    let failed: Vec<&Value> = gates.iter().filter(|gate| gate["passed"] == false).collect();
    let (class, verdict) = match failed.len() {
        _ if gates.is_empty() => ("none", "No gate was set".to_owned()),
        0 => ("pass", "Passed".to_owned()),
        _ => ("fail", "Failed".to_owned()),
    };
    let reason = match failed.as_slice() {
        _ if gates.is_empty() => "Nothing was said that this run has to hold.".to_owned(),
        [] => format!("All of {} gates hold.", gates.len()),
        failed => {
            let each: Vec<String> = failed.iter().map(|gate| in_words(gate)).collect();
            format!(
                "{} of {} gates {} not hold: {}.",
                failed.len(),
                gates.len(),
                if failed.len() == 1 { "does" } else { "do" },
                each.join("; ")
            )
        }
    };
    let _ = write!(
        out,
        "<header class=\"verdict {class}\">\n<p class=\"dim\">Nosograph {} · {} · {}</p>\n<h1>{verdict}</h1>\n<p>{reason}</p>\n</header>\n",
        text(&manifest["nosograph"]),
        text(&manifest["profile"]["label"]),
        text(&manifest["reference"]),
    );
    let counts = &manifest["counts"];
    let count = |name: &str| counts[name].as_u64().unwrap_or_default();
    let rates = facts.tally.rates();
    let share = |name: &str| rates.get(name).map_or(0.0, |rate| rate.value());
    let status = |name: &str| counts["records_by_status"][name].as_u64().unwrap_or_default();
    out.push_str("<ul class=\"figures\" aria-label=\"Counts\">\n");
    let mut figure = |number: String, what: &str, note: String| {
        let _ = writeln!(out, "<li><b>{number}</b> {what}<span class=\"dim\">{note}</span></li>");
    };
    figure(thousands(count("seen")), "files seen", format!("{} skipped", thousands(count("skipped"))));
    figure(
        thousands(count("records")),
        "records",
        format!(
            "{} with a warning, {} with an error",
            thousands(status("warning")),
            thousands(status("error"))
        ),
    );
    figure(thousands(count("rejects")), "rejects", format!("{:.1}% of the pages", share("rejects")));
    let left = counts["lines"]["unassigned"].as_u64().unwrap_or_default();
    figure(thousands(left), "lines left over", format!("{:.1}% of all lines", share("unassigned")));
    out.push_str("</ul>\n");
    if !gates.is_empty() {
        gate_table(out, gates);
    }
}

/// `rejects 9 of 17, has to be at most 5%`
fn in_words(gate: &Value) -> String {
    let words = GateVerdict::deserialize(gate).map(|verdict| verdict.in_words()).unwrap_or_default();
    format!("{} {}", text(&gate["gate"]), escaped(&words))
}

fn gate_table(out: &mut String, gates: &[Value]) {
    out.push_str(
        "<section id=\"gates\">\n<h2>Gates</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Gates\"><table>\n<thead><tr><th>gate</th>\
         <th>verdict</th><th class=\"n\">count</th><th class=\"n\">of</th><th class=\"n\">share</th><th>has to be</th></tr></thead><tbody>\n",
    );
    for gate in gates {
        let passed = gate["passed"] == true;
        let (count, of) =
            (gate["count"].as_u64().unwrap_or_default(), gate["of"].as_u64().unwrap_or_default());
        let share = Rate { count, of, unit: Unit::Share };
        let (class, verdict) = if passed { ("pass", "✓ holds") } else { ("fail", "✗ fails") };
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td class=\"{class}\">{verdict}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td></tr>",
            text(&gate["gate"]),
            thousands(count),
            thousands(of),
            number(Some(share)),
            text(&gate["limit"]),
        );
    }
    out.push_str("</tbody></table></div>\n</section>\n");
}

/// How often what is there, as charts.
pub(super) fn charts(out: &mut String, manifest: &Value, facts: &Facts) {
    let rates = facts.tally.rates();
    out.push_str("<section id=\"rates\">\n<h2>What the pages gave</h2>\n<div class=\"charts\">\n");
    let floors = floors(manifest);
    let names: BTreeSet<&str> =
        rates.keys().map(String::as_str).filter(|name| name.starts_with("extra.")).collect();
    let named =
        floors.keys().map(String::as_str).filter(|name| !FIELDS.contains(name) && !names.contains(name));
    let fields = FIELDS.into_iter().chain(named).chain(names.iter().copied());
    let filled: Vec<Bar> = fields
        .filter_map(|name| {
            let percent = rates.get(name)?.value();
            let floor = floors.get(name).copied();
            let class = if floor.is_some_and(|floor| percent < floor) { "error" } else { "" };
            Some(Bar { class, floor, ..Bar::share(name, percent) })
        })
        .collect();
    let note = if filled.iter().any(|bar| bar.floor.is_some()) { "the line is its gate" } else { "" };
    chart::draw(out, "Records in which a field is filled", note, &filled);
    chart::draw(out, "Pages with a diagnostic", "worst first", &diagnostics(facts));
    let reasons: BTreeMap<String, u64> =
        serde_json::from_value(manifest["counts"]["rejects_by_diagnostic"].clone()).unwrap_or_default();
    let reasons = chart::counts(reasons.into_iter().map(|(id, count)| (titled(&id), count)));
    chart::draw(out, "Rejects by reason", "", &reasons);
    let chapter = |(&number, &count): (&u8, &u64)| {
        let label = Reference::embedded()
            .chapter(number)
            .map_or_else(|| number.to_string(), |chapter| format!("{} {}", chapter.roman(), chapter.title));
        (label, count)
    };
    chart::draw(out, "Records by chapter", "", &chart::counts(facts.chapters.iter().map(chapter)));
    chart::draw(out, "Records by number of headings", "", &chart::counts(grouped(&facts.headings)));
    chart::draw(out, "Records by number of key points", "", &chart::counts(grouped(&facts.points)));
    out.push_str("</div>\n</section>\n");
}

/// The floors of the run's gates, by field.
fn floors(manifest: &Value) -> BTreeMap<String, f64> {
    let gates = manifest["gates"].as_array().map_or(&[][..], Vec::as_slice).iter();
    gates
        .filter_map(|gate| {
            let field = gate["gate"].as_str()?.strip_prefix("fill.")?;
            let limit = gate["limit"].as_str()?.strip_prefix("at least ")?.strip_suffix('%')?;
            Some((field.to_owned(), limit.parse().ok()?))
        })
        .collect()
}

/// Diagnostics by severity, then by the share of pages that have them.
fn diagnostics(facts: &Facts) -> Vec<Bar> {
    let rates = facts.tally.rates();
    let mut found: Vec<(Severity, Rate, &String)> =
        facts.severities.iter().filter_map(|(id, &severity)| Some((severity, *rates.get(id)?, id))).collect();
    found.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.count.cmp(&a.1.count)).then_with(|| a.2.cmp(b.2)));
    let bar = |(severity, rate, id): (Severity, Rate, &String)| Bar {
        class: match severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        },
        ..Bar::share(titled(id), rate.value())
    };
    found.into_iter().map(bar).collect()
}

/// An id with its name.
fn titled(id: &str) -> String {
    let name = parse_id(id).and_then(catalogue::entry).map_or("", |entry| entry.name);
    format!("{id} {name}").trim_end().to_owned()
}

/// Counts by number, those from [`MANY`] on together, with no number left out in between.
fn grouped(counts: &BTreeMap<u64, u64>) -> Vec<(String, u64)> {
    let Some((&last, _)) = counts.last_key_value() else { return Vec::new() };
    let first = counts.keys().next().copied().unwrap_or_default().min(MANY);
    let mut rows: Vec<(String, u64)> = (first..=last.min(MANY - 1))
        .map(|number| (number.to_string(), counts.get(&number).copied().unwrap_or_default()))
        .collect();
    let many: u64 = counts.range(MANY..).map(|(_, count)| count).sum();
    if many > 0 {
        rows.push((format!("{MANY} and more"), many));
    }
    rows
}

/// What each rule did.
pub(super) fn rules(out: &mut String, manifest: &Value, pages: u64) {
    let rules = rule_counts(manifest);
    if rules.is_empty() {
        return;
    }
    let silent = rules.iter().filter(|rule| rule.won == 0).count();
    let _ = write!(
        out,
        "<section id=\"rules\">\n<h2>Rules</h2>\n<p>{silent} of {} rules never gave a value. On how many pages each was tried, \
         found what it describes, gave the value, and was shadowed by a more trusted rule of its field:</p>\n\
         <div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Rules\"><table class=\"rules\">\n<thead><tr><th>rule</th><th class=\"wide\">field</th><th class=\"n\">tried</th><th class=\"n\">hit</th><th class=\"n\">won</th>\
         <th class=\"n\">shadowed</th><th>share of pages won</th></tr></thead><tbody>\n",
        rules.len()
    );
    for rule in &rules {
        let RuleCount { rule: id, field, tried, hit, won, shadowed } = rule;
        let share = Rate { count: *won, of: pages, unit: Unit::Share }.value();
        let last = match rule.why_silent() {
            Some(why) => format!("<span class=\"dim\">{why}</span>"),
            None => chart::svg(&Bar::share("", share)),
        };
        let class = if *won == 0 { " class=\"dim\"" } else { "" };
        let _ = writeln!(
            out,
            "<tr{class}><th scope=\"row\">{}</th><td class=\"wide\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{last}</td></tr>",
            escaped(id),
            escaped(field),
            thousands(*tried),
            thousands(*hit),
            thousands(*won),
            thousands(*shadowed),
        );
    }
    out.push_str("</tbody></table></div>\n</section>\n");
}

/// Single pages, and what chooses among them.
pub(super) fn pages(out: &mut String, facts: &Facts) {
    let (worst, sample) = facts.pages.shown();
    if worst.is_empty() && sample.is_empty() {
        return;
    }
    let all = || worst.iter().chain(&sample);
    out.push_str(
        "<section id=\"pages\">\n<h2>Pages</h2>\n<p>The worst of each kind, then a few taken as they come. Each value of a record is \
         marked where it came from, and leads there.</p>\n\
         <p class=\"legend\" aria-label=\"Marks\"><mark class=\"f-title\">title</mark> <mark class=\"f-code\">code</mark> <mark class=\"f-class\">classification</mark> \
         <mark class=\"f-heading\">heading</mark> <mark class=\"f-text\">text</mark> <mark class=\"f-point\">key point</mark> <mark class=\"f-listed\">listed code</mark> \
         <mark class=\"f-extra\">extra</mark> <span class=\"left\">left over</span></p>\n\
         <form class=\"filters\"><label>Words <input id=\"words\" type=\"search\" autocomplete=\"off\"></label>\n<label>Status <select id=\"status\"><option value=\"\">any</option>",
    );
    let statuses: BTreeSet<&str> = all().map(|page| page.status()).collect();
    for status in statuses {
        let _ = write!(out, "<option>{status}</option>");
    }
    out.push_str("</select></label>\n<label>Diagnostic <select id=\"id\"><option value=\"\">any</option>");
    let ids: BTreeSet<&str> = all().flat_map(|page| page.ids()).collect();
    for id in ids {
        let _ = write!(out, "<option value=\"{id}\">{}</option>", titled(id));
    }
    out.push_str("</select></label>\n<output id=\"shown\" class=\"dim\"></output></form>\n");
    let mut number = 0;
    for (title, pages) in [("The worst", &worst), ("As they come", &sample)] {
        if pages.is_empty() {
            continue;
        }
        let _ = writeln!(out, "<h3>{title}</h3>");
        for page in pages {
            page.draw(out, number);
            number += 1;
        }
    }
    out.push_str("</section>\n");
}

fn text(value: &Value) -> String {
    escaped(value.as_str().unwrap_or_default())
}

/// A rate in its unit.
pub(super) fn number(rate: Option<Rate>) -> String {
    match rate {
        None => "none".to_owned(),
        Some(rate) if rate.unit == Unit::Share => format!("{:.1}%", rate.value()),
        Some(rate) if rate.unit == Unit::Count => thousands(rate.count),
        Some(rate) => format!("{:.2}", rate.value()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_between_are_there_and_many_stand_together() {
        let rows = grouped(&BTreeMap::from([(2, 5), (4, 1), (15, 2), (40, 3)]));
        let shown: Vec<String> = rows.iter().map(|(label, count)| format!("{label}:{count}")).collect();
        let expected = [
            "2:5",
            "3:0",
            "4:1",
            "5:0",
            "6:0",
            "7:0",
            "8:0",
            "9:0",
            "10:0",
            "11:0",
            "12:0",
            "13:0",
            "14:0",
            "15 and more:5",
        ];
        assert_eq!(shown, expected);
        assert!(grouped(&BTreeMap::new()).is_empty());
    }
}
