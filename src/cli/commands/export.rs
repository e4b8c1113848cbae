//! `nosograph export`.

use crate::cli::Exit;
use crate::cli::args::ExportArgs;
use crate::cli::printer::{Results, note};
use crate::cli::summary::thousands;
use crate::export;

pub(crate) fn export(arguments: &ExportArgs) -> anyhow::Result<Exit> {
    let mut results = Results::new();
    let done =
        export::export(&arguments.records, arguments.to.into(), &mut |piece| results.show_json(piece))?;
    results.flush()?;
    if done.left_out > 0 {
        let (left_out, all) = (thousands(done.left_out), thousands(done.exported + done.left_out));
        note(&format!("{left_out} of {all} records were left out: they have no code of the reference"));
    }
    Ok(Exit::Done)
}
