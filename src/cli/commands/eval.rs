//! `nosograph eval`.

use crate::cli::Exit;
use crate::cli::args::{EvalArgs, EvalFormat};
use crate::cli::printer::{Results, note, printable_json};
use crate::cli::render::eval::{misses, table};
use crate::cli::summary::thousands;
use crate::eval;

/// Labelled pages without a record that are named.
const SHOWN: usize = 20;

pub(crate) fn eval(arguments: &EvalArgs) -> anyhow::Result<Exit> {
    let evaluation = eval::evaluate(&arguments.records, &arguments.gold)?;
    let mut text = match arguments.format {
        EvalFormat::Table => table(&evaluation),
        EvalFormat::Json => serde_json::to_string_pretty(&evaluation)? + "\n",
    };
    if arguments.format == EvalFormat::Table {
        let shown = |field: &str| arguments.show.iter().any(|shown| shown == field);
        text.extend(evaluation.fields.iter().filter(|score| shown(score.field)).map(misses));
    }
    let mut results = Results::new();
    match arguments.format {
        EvalFormat::Table => results.print(&text)?,
        EvalFormat::Json => results.print(&printable_json(&text))?,
    }
    results.flush()?;
    let missing = &evaluation.missing_pages;
    missing.iter().take(SHOWN).for_each(|page| note(&format!("{page}: has neither record nor reject")));
    if missing.len() > SHOWN {
        note(&format!("and {} more", thousands((missing.len() - SHOWN) as u64)));
    }
    let under = evaluation.under(&arguments.min);
    for (score, floor) in &under {
        let found = match score.f1 {
            Some(f1) => format!("F1 {f1:.4} is under"),
            None => "nothing was labelled or found, has to be at least".to_owned(),
        };
        note(&format!("{}: {found} {}", score.field, floor.f1));
    }
    Ok(if under.is_empty() { Exit::Done } else { Exit::Found })
}
