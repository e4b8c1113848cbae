//! `nosograph diff`.

use crate::cli::Exit;
use crate::cli::args::{DiffArgs, DiffFormat};
use crate::cli::printer::Results;
use crate::cli::render::diff::DiffRender;
use crate::diff;

pub(crate) fn diff(arguments: &DiffArgs) -> anyhow::Result<Exit> {
    let mut results = Results::new();
    let color = results.has_color() && arguments.format == DiffFormat::Text;
    let mut render = DiffRender::new(arguments.format, color);
    let show = arguments.show.unwrap_or(if arguments.format == DiffFormat::Json {
        u64::MAX
    } else {
        DiffArgs::SHOWN
    });
    let mut printed = results.print(&render.begin());
    let mut seen = 0;
    let summary = diff::diff(&arguments.old, &arguments.new, &arguments.max_drift, &mut |page| {
        seen += 1;
        if seen <= show && printed.is_ok() {
            printed = results.print(&render.page(&page));
        }
        Ok(())
    })?;
    printed?;
    results.print(&render.end(&summary, seen.saturating_sub(show)))?;
    results.flush()?;
    Ok(if summary.is_exceeded() || summary.malformed > 0 { Exit::Found } else { Exit::Done })
}
