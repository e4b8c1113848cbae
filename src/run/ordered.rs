//! Work on many threads, results in order, memory bounded.
//!
//! In: items, what to do with one, what to do with its result. Out: the results, in the order of the items.
//! Workers take items in order, several at once, and hand results over several at once: that costs two
//! switches between threads, for a small item a tenth of all work. Each says how many bytes it is about to
//! hold and waits while too many are held, unless its item is the next to come out, so that one slow item
//! cannot fill the memory with those after it and no wait is for ever. A panic in the work of one item is the
//! result of that item.

use super::Interrupt;
use crate::error::{Error, ErrorKind, Result};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// What the name of a worker thread is; a panic hook may tell its panics by it.
pub const WORKER_NAME: &str = "page-worker";

/// Stack of a worker: that of a main thread, since parsers of nested pages may recurse.
const WORKER_STACK_BYTES: usize = 8 * 1024 * 1024;

/// How often a wish to stop is looked for while nothing else happens.
const INTERRUPT_INTERVAL: Duration = Duration::from_millis(50);

/// Results are handed over once they hold so many bytes.
const HAND_OVER_BYTES: u64 = 256 * 1024;

/// How to spread work.
#[derive(Clone, Debug)]
pub(super) struct Spread {
    /// Threads.
    pub(super) jobs: NonZeroUsize,
    /// Items that a thread takes at once.
    pub(super) batch: usize,
    /// Bytes that items may hold from their start until their result is taken.
    pub(super) budget: u64,
    /// The wish to stop.
    pub(super) interrupt: Interrupt,
}

/// Does `work` for the items on several threads and gives each result with the item's number to `take` in
/// order, on this thread, until `take` breaks off. The result of an item whose work panicked is the panic's
/// message. Items are asked for one after the other, on any of the threads.
///
/// # Errors
/// That of `take`; [`ErrorKind::Interrupted`].
pub(super) fn in_order<I, R: Send>(
    items: impl Iterator<Item = I> + Send,
    spread: &Spread,
    work: impl Fn(I, &mut Ticket<'_, R>) -> R + Sync,
    mut take: impl FnMut(usize, Result<R, String>) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let window = Window { state: Mutex::default(), moved: Condvar::new(), budget: spread.budget };
    let source = Mutex::new(items.enumerate());
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        let closing = CloseOnDrop(&window);
        for _ in 0..spread.jobs.get() {
            let outbox = Outbox { sender: sender.clone(), done: Vec::new(), held: 0 };
            let (window, source, work) = (&window, &source, &work);
            thread::Builder::new()
                .name(WORKER_NAME.to_owned())
                .stack_size(WORKER_STACK_BYTES)
                .spawn_scoped(scope, move || worker(window, (source, spread.batch), outbox, work))
                .map_err(|error| {
                    Error::new(ErrorKind::Options, "a thread cannot be started")
                        .source(error)
                        .hint("use fewer: `--jobs 1`")
                })?;
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        for item in 0.. {
            let done = loop {
                if spread.interrupt.signal().is_some() {
                    return Err(Error::new(ErrorKind::Interrupted, "stopped before the end"));
                }
                if let Some(done) = waiting.remove(&item) {
                    break Some(done);
                }
                match receiver.recv_timeout(INTERRUPT_INTERVAL) {
                    Ok(done) => waiting.extend(done.into_iter().map(|done: Done<R>| (done.item, done))),
                    Err(RecvTimeoutError::Timeout) => {}
                    // Every worker has ended, and there is no such item.
                    Err(RecvTimeoutError::Disconnected) => break None,
                }
            };
            let Some(Done { held, result, .. }) = done else { break };
            if take(item, result)?.is_break() {
                break;
            }
            window.advance(held);
        }
        drop(closing);
        Ok(())
    })
}

/// What `work` panicked with, if it did.
pub(super) fn guarded<R>(work: impl FnOnce() -> R) -> Result<R, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "unknown".to_owned())
    })
}

#[derive(Debug)]
struct Done<R> {
    item: usize,
    held: u64,
    result: Result<R, String>,
}

fn worker<I, R>(
    window: &Window,
    (source, batch): (&Mutex<impl Iterator<Item = (usize, I)>>, usize),
    mut outbox: Outbox<R>,
    work: &impl Fn(I, &mut Ticket<'_, R>) -> R,
) {
    loop {
        // Held only while the next items are asked for.
        let next = source.lock().unwrap_or_else(PoisonError::into_inner).by_ref().take(batch).collect();
        let items: Vec<(usize, I)> = next;
        if items.is_empty() {
            return;
        }
        for (item, input) in items {
            let mut ticket = Ticket { window, outbox: &mut outbox, item, held: 0 };
            if ticket.is_void() {
                return;
            }
            let result = guarded(|| work(input, &mut ticket));
            let held = ticket.held;
            outbox.add(Done { item, held, result });
        }
        outbox.hand_over();
    }
}

/// Results of one thread that have not been handed over.
#[derive(Debug)]
struct Outbox<R> {
    sender: Sender<Vec<Done<R>>>,
    done: Vec<Done<R>>,
    held: u64,
}

impl<R> Outbox<R> {
    fn add(&mut self, done: Done<R>) {
        self.held += done.held;
        self.done.push(done);
        if self.held >= HAND_OVER_BYTES {
            self.hand_over();
        }
    }

    fn hand_over(&mut self) {
        self.held = 0;
        if !self.done.is_empty() {
            // Nobody waits for them behind an error or a break.
            let _ = self.sender.send(std::mem::take(&mut self.done));
        }
    }
}

/// The right to hold memory for one item.
#[derive(Debug)]
pub(super) struct Ticket<'w, R> {
    window: &'w Window,
    outbox: &'w mut Outbox<R>,
    item: usize,
    held: u64,
}

impl<R> Ticket<'_, R> {
    /// Waits until so many bytes more may be held, from now until the result is taken.
    pub(super) fn hold(&mut self, bytes: u64) {
        if !self.window.try_hold(self.item, bytes) {
            // What this thread has ready may be what all wait for.
            self.outbox.hand_over();
            self.window.hold(self.item, bytes);
        }
        self.held += bytes;
    }

    /// Holds only so many bytes from now on: those of the result.
    pub(super) fn keep(&mut self, bytes: u64) {
        let kept = self.held.min(bytes);
        self.window.release(self.held - kept);
        self.held = kept;
    }

    fn is_void(&self) -> bool {
        self.window.lock().is_closed
    }
}

/// Bytes held by items that have started and whose result has not been taken.
#[derive(Debug)]
struct Window {
    state: Mutex<WindowState>,
    moved: Condvar,
    budget: u64,
}

#[derive(Debug, Default)]
struct WindowState {
    /// The item whose result is taken next.
    next: usize,
    held: u64,
    is_closed: bool,
    /// Threads that wait for room.
    waiting: usize,
}

impl WindowState {
    fn has_room(&self, item: usize, bytes: u64, budget: u64) -> bool {
        self.is_closed || self.next == item || self.held.saturating_add(bytes) <= budget
    }
}

impl Window {
    fn lock(&self) -> MutexGuard<'_, WindowState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn try_hold(&self, item: usize, bytes: u64) -> bool {
        let mut state = self.lock();
        let has_room = state.has_room(item, bytes, self.budget);
        state.held += if has_room { bytes } else { 0 };
        has_room
    }

    fn hold(&self, item: usize, bytes: u64) {
        let mut state = self.lock();
        state.waiting += 1;
        let must_wait = |state: &mut WindowState| !state.has_room(item, bytes, self.budget);
        state = self.moved.wait_while(state, must_wait).unwrap_or_else(PoisonError::into_inner);
        state.waiting -= 1;
        state.held += bytes;
    }

    fn release(&self, bytes: u64) {
        self.change(|state| state.held -= bytes);
    }

    fn advance(&self, held: u64) {
        self.change(|state| {
            state.next += 1;
            state.held -= held;
        });
    }

    fn close(&self) {
        self.change(|state| state.is_closed = true);
    }

    fn change(&self, change: impl FnOnce(&mut WindowState)) {
        let mut state = self.lock();
        change(&mut state);
        if state.waiting > 0 {
            drop(state);
            self.moved.notify_all();
        }
    }
}

/// Lets workers end on every way out.
struct CloseOnDrop<'w>(&'w Window);

impl Drop for CloseOnDrop<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn spread(jobs: usize, batch: usize, budget: u64) -> Spread {
        Spread { jobs: NonZeroUsize::new(jobs).unwrap(), batch, budget, interrupt: Interrupt::default() }
    }

    #[test]
    fn results_come_in_order_for_any_jobs_and_budget() {
        for (jobs, batch, budget) in
            [(1, 1, 0), (1, 16, 0), (2, 1, 0), (2, 9, 0), (8, 16, 10), (8, 3, u64::MAX)]
        {
            let mut taken = Vec::new();
            let work = |item: usize, ticket: &mut Ticket<'_, usize>| {
                ticket.hold(item as u64 % 7);
                ticket.keep(item as u64 % 3);
                item * 2
            };
            in_order(0..500, &spread(jobs, batch, budget), work, |item, result| {
                assert_eq!(result.unwrap(), item * 2);
                taken.push(item);
                Ok(ControlFlow::Continue(()))
            })
            .unwrap();
            assert_eq!(taken, (0..500).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_slow_item_holds_the_others_back() {
        // Item 0 ends only when item 1 has been started; items from 2 on find no room.
        let meet = Barrier::new(2);
        let started = AtomicUsize::new(0);
        let work = |item: usize, ticket: &mut Ticket<'_, usize>| {
            ticket.hold(1);
            started.fetch_add(1, Ordering::SeqCst);
            if item < 2 {
                meet.wait();
            }
            started.load(Ordering::SeqCst)
        };
        in_order(0..100, &spread(4, 1, 2), work, |item, result| {
            assert!(result.unwrap() <= item + 3, "more than two items were under way");
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
    }

    #[test]
    fn a_panic_costs_one_item() {
        let mut failed = Vec::new();
        let work = |item: usize, _: &mut Ticket<'_, ()>| assert!(item != 3, "item three");
        in_order(0..10, &spread(2, 4, 0), work, |item, result| {
            failed.extend(result.err().map(|message| (item, message)));
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
        assert_eq!(failed, [(3, "item three".to_owned())]);
    }

    #[test]
    fn it_ends_early_when_told_to() {
        let mut taken = 0;
        let mut stop_at = |most: usize, result: Result<ControlFlow<()>>| {
            taken = 0;
            let mut result = Some(result);
            in_order(
                0..1000,
                &spread(4, 5, 0),
                |item, _| item,
                |_, _| {
                    taken += 1;
                    if taken < most { Ok(ControlFlow::Continue(())) } else { result.take().unwrap() }
                },
            )
        };
        assert!(stop_at(5, Ok(ControlFlow::Break(()))).is_ok());
        let error = Error::new(ErrorKind::Output, "full");
        assert_eq!(stop_at(5, Err(error)).unwrap_err().kind(), ErrorKind::Output);
        let spread = spread(4, 5, 0);
        spread.interrupt.request(2);
        let error =
            in_order(0..1000, &spread, |item, _| item, |_, _| Ok(ControlFlow::Continue(()))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted);
    }
}
