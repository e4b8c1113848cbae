//! Signals that ask to stop, and one that must not.

use crate::run::Interrupt;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::iterator::Signals;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::Duration;

/// How long a run may take to end by itself after a signal. One page or one write to a slow disk may take
/// longer; then the process ends here, in time, and the next run clears unfinished files away.
const GRACE: Duration = Duration::from_secs(1);

/// Lets SIGINT, SIGTERM and SIGHUP ask a run to stop. A second one ends the process at once.
///
/// A signal that is ignored when the program starts stays ignored: that is how `nohup`, and a shell's `&`,
/// ask for it.
pub(crate) fn watch(interrupt: Interrupt) -> io::Result<()> {
    // At the limit of a file's size the kernel would end the process; caught, the write fails and is told.
    signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)))?;
    let ignored = ignored_signals();
    let watched = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| ignored >> (signal - 1) & 1 == 0);
    let mut signals = Signals::new(watched)?;
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in signals.forever() {
            if interrupt.signal().is_some() {
                exit(signal);
            }
            interrupt.request(signal as usize);
            thread::spawn(move || {
                thread::sleep(GRACE);
                exit(signal);
            });
        }
    })?;
    Ok(())
}

#[expect(
    clippy::exit,
    reason = "a second signal, or a page that takes too long, leaves no other way out in time"
)]
fn exit(signal: i32) {
    std::process::exit(128 + signal);
}

/// The set of ignored signals as the kernel tells it (`proc_pid_status(5)`); none where it does not.
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}
