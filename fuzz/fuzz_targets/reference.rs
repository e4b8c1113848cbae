#![no_main]

#[path = "../../tests/oracles/mod.rs"]
mod oracles;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oracles::reference(bytes).unwrap_or_else(|what| panic!("{what}")));
