//! The real binary: each command in a folder of its own; stdout, stderr and exit code are part of the test.

mod check;
mod completions;
mod diff;
mod eval;
mod explain;
mod export;
mod extract;
mod failing_calls;
mod faults;
mod incremental;
mod interrupt;
mod knowledge;
mod odd_inputs;
mod pages;
mod profile;
mod report;
mod run;
mod scene;
mod schema;
mod terminal;
mod verify;
