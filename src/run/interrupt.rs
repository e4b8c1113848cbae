//! The wish to stop, as a flag that any thread may set.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A flag that asks a run to stop; clones share it. 0 is no wish, any other number is that of the signal.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicUsize>);

impl Interrupt {
    /// Asks to stop because of this signal.
    pub fn request(&self, signal: usize) {
        self.0.store(signal, Ordering::Relaxed);
    }

    /// The signal that asked to stop, if one did.
    pub fn signal(&self) -> Option<usize> {
        Some(self.0.load(Ordering::Relaxed)).filter(|&signal| signal != 0)
    }
}
