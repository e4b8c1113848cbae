//! What a file system tells of a file without its being read.
//!
//! In: metadata. Out: a [`Stamp`], which differs after any change of the file: size, times of change of
//! content (`mtime`) and of the file itself (`ctime`, which no program can set), device and inode. Two
//! changes within one tick of the file system's clock may leave the same times, so a stamp is worth nothing
//! until its file has rested for longer than that ("racy git", Documentation/technical/racy-git.txt of git).

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, SystemTime};

/// Longer than a tick of a clock with nanoseconds: Linux stamps files by its timer, 100 Hz at the slowest.
const FINE_TICK: Duration = Duration::from_millis(50);

/// Longer than a tick of any other clock: FAT counts in steps of two seconds.
const COARSE_TICK: Duration = Duration::from_secs(3);

/// What tells that a file is the same as before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
    device: u64,
    inode: u64,
}

impl Stamp {
    /// Bytes of [`Stamp::to_bytes`].
    pub const BYTES: usize = 56;

    /// The stamp of a file.
    pub fn of(data: &Metadata) -> Self {
        Self {
            size: data.len(),
            modified: (data.mtime(), data.mtime_nsec()),
            changed: (data.ctime(), data.ctime_nsec()),
            device: data.dev(),
            inode: data.ino(),
        }
    }

    /// Whether any change after `now`, behind which the stamp was taken, gives another stamp.
    pub fn is_settled(&self, now: SystemTime) -> bool {
        let is_fine = |(_, nanoseconds): (i64, i64)| nanoseconds % 1_000_000 != 0;
        let tick = if is_fine(self.changed) || is_fine(self.modified) { FINE_TICK } else { COARSE_TICK };
        let now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let last = self.modified.max(self.changed);
        let last = Duration::new(last.0.max(0) as u64, last.1.clamp(0, 999_999_999) as u32);
        last + tick < now
    }

    /// Its fields, little-endian.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let fields = [
            self.size,
            self.modified.0 as u64,
            self.modified.1 as u64,
            self.changed.0 as u64,
            self.changed.1 as u64,
            self.device,
            self.inode,
        ];
        let mut bytes = [0; Self::BYTES];
        for (place, field) in bytes.chunks_exact_mut(8).zip(fields) {
            place.copy_from_slice(&field.to_le_bytes());
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_settles_after_a_tick_of_its_clock() {
        let check = |nanoseconds: i64, milliseconds_later: u64, settled: bool| {
            let time = (1_000, nanoseconds);
            let stamp = Stamp { size: 1, modified: (0, 0), changed: time, device: 1, inode: 1 };
            let written = Duration::new(1_000, nanoseconds as u32);
            let now = SystemTime::UNIX_EPOCH + written + Duration::from_millis(milliseconds_later);
            assert_eq!(stamp.is_settled(now), settled, "{nanoseconds} {milliseconds_later}");
        };
        check(123_456_789, 10, false);
        check(123_456_789, 60, true);
        check(0, 60, false);
        check(0, 3_100, true);
        let ahead = Stamp { size: 1, modified: (i64::MAX, 0), changed: (0, 0), device: 1, inode: 1 };
        assert!(!ahead.is_settled(SystemTime::now()));
    }

    #[test]
    fn any_change_gives_another_stamp() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "one").unwrap();
        let stamp = || Stamp::of(&std::fs::metadata(&path).unwrap());
        let first = stamp();
        assert_eq!(first.to_bytes(), stamp().to_bytes());
        std::fs::write(&path, "longer").unwrap();
        assert_ne!(first.to_bytes(), stamp().to_bytes());
    }
}
