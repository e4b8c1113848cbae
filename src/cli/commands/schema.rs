//! `nosograph schema`.

use crate::cli::Exit;
use crate::cli::args::{SchemaArgs, SchemaOf};
use crate::cli::printer::Results;
use crate::emit::{schema, table_schema};
use crate::profile;

pub(crate) fn schema(arguments: &SchemaArgs) -> anyhow::Result<Exit> {
    let schema = match arguments.of {
        SchemaOf::Record => schema::record_schema(),
        SchemaOf::Reject => schema::reject_schema(),
        SchemaOf::Tables => table_schema::tables_schema(),
        SchemaOf::Profile => profile::schema(),
    };
    let mut results = Results::new();
    results.print(&serde_json::to_string_pretty(&schema)?)?;
    results.print("\n")?;
    results.flush()?;
    Ok(Exit::Done)
}
