//! The real binary: each command in a folder of its own; stdout, stderr and exit code are part of the test.

mod completions;
mod eval;
mod explain;
mod extract;
mod interrupt;
mod knowledge;
mod run;
mod scene;
mod schema;
