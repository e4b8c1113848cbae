#![no_main]

#[path = "../../tests/oracles/mod.rs"]
mod oracles;

libfuzzer_sys::fuzz_target!(
    init: {
        // A panic of the decoder is caught and told as a fault of the file; it is none of ours.
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !nosograph::records::is_guarded() {
                report(panic);
            }
        }));
    },
    |bytes: &[u8]| oracles::parquet(bytes).unwrap_or_else(|what| panic!("{what}"))
);
