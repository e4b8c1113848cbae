//! The real binary: each command in a folder of its own; stdout, stderr and exit code are part of the test.

mod completions;
mod extract;
mod interrupt;
mod run;
mod scene;
mod schema;
