//! How many bytes of a text are of a kind, and whether any is.
//!
//! In: bytes and a question. Out: how many say yes, whether one does, or where the first does. Over arrays of fixed size with counts of a byte the compiler
//! makes it half an instruction a byte; over a filtered iterator it is four.

const WIDTH: usize = 64;

/// How many of `bytes` `is` holds for. It has to answer without a branch: `|` and `&`, not `||` and `&&`.
pub(crate) fn count(bytes: &[u8], is: impl Fn(u8) -> bool) -> usize {
    let in_step = |step: &[u8; WIDTH]| usize::from(step.iter().map(|&byte| u8::from(is(byte))).sum::<u8>());
    let (steps, rest) = bytes.as_chunks::<WIDTH>();
    // A last step with padding costs less than the rest one by one.
    let mut last = [0; WIDTH];
    last[..rest.len()].copy_from_slice(rest);
    let padding = if is(0) { WIDTH - rest.len() } else { 0 };
    steps.iter().map(in_step).sum::<usize>() + in_step(&last) - padding
}

/// Whether `is` holds for any of `bytes`. It has to answer without a branch too, and in place, or no vector
/// instructions come of it. Of bytes that it is compared with, the least of the differences being 0 takes fewer of
/// them than one `==` or the other.
#[inline(always)]
pub(crate) fn any(bytes: &[u8], is: impl Fn(u8) -> bool + Copy) -> bool {
    // The last bytes are asked about once more where they fill no step.
    if let Some(last) = bytes.last_chunk::<16>() {
        let (steps, rest) = bytes.as_chunks::<16>();
        return steps.iter().any(|step| any_of(step, is)) || !rest.is_empty() && any_of(last, is);
    }
    match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => any_of(first, is) | any_of(last, is),
        _ => bytes.iter().any(|&byte| is(byte)),
    }
}

/// Where the first byte stands that `is` holds for; it has to answer as for [`any`].
#[inline(always)]
pub(crate) fn position(bytes: &[u8], is: impl Fn(u8) -> bool + Copy) -> Option<usize> {
    let (steps, rest) = bytes.as_chunks::<16>();
    let start = match steps.iter().position(|step| any_of(step, is)) {
        Some(step) => step * 16,
        // As in `any`.
        None if !rest.is_empty() && any(bytes.last_chunk::<16>().map_or(rest, |last| last), is) => {
            steps.len() * 16
        }
        None => return None,
    };
    bytes[start..].iter().position(|&byte| is(byte)).map(|at| start + at)
}

/// Where a byte stands first. In short texts without it, which lines of pages mostly are, that takes no call.
#[inline(always)]
pub(crate) fn find(bytes: &[u8], byte: u8) -> Option<usize> {
    const SHORT: usize = 96;
    if bytes.len() <= SHORT && !any(bytes, |other| other == byte) {
        return None;
    }
    memchr::memchr(byte, bytes)
}

/// What any byte is before the one behind it, all answers in one; behind the last stands `end`. `what` has to answer
/// as for [`any`]. Without an exit before the end the sums stay in registers.
#[inline(always)]
pub(crate) fn all_of_pairs(bytes: &[u8], end: u8, what: impl Fn(u8, u8) -> u8 + Copy) -> u8 {
    const WIDTH: usize = 32;
    let in_step = |step: &[u8; WIDTH + 1]| (0..WIDTH).fold(0, |all, at| all | what(step[at], step[at + 1]));
    let mut found = 0;
    let mut rest = bytes;
    while let Some(step) = rest.first_chunk() {
        found |= in_step(step);
        rest = &rest[WIDTH..];
    }
    // The last bytes are looked at once more where they fill no step.
    if let Some(last) = bytes.last_chunk() {
        return found | in_step(last) | what(last[WIDTH], end);
    }
    let mut padded = [end; WIDTH + 1];
    padded[..bytes.len()].copy_from_slice(bytes);
    in_step(&padded)
}

/// [`all_of_pairs`] of a whole page, behind which stands a full stop: long enough for wider vectors where the machine
/// has them.
#[multiversion::multiversion(targets("x86_64+avx2"))]
pub(crate) fn all_of_page<F: Fn(u8, u8) -> u8 + Copy>(bytes: &[u8], what: F) -> u8 {
    all_of_pairs(bytes, b'.', what)
}

/// For each of 64 bytes a bit, the lowest first, that says whether `is` holds for it; it has to answer as for [`any`].
#[inline(always)]
pub(crate) fn bits(bytes: &[u8; 64], is: impl Fn(u8) -> bool + Copy) -> u64 {
    // A product with it has the lowest bits of eight bytes in the highest byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let answers = bytes.map(|byte| u8::from(is(byte)));
    let (eights, _) = answers.as_chunks();
    let gathered = |eight: &[u8; 8]| u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56;
    eights.iter().rev().fold(0, |bits, eight| bits << 8 | gathered(eight))
}

/// Whether `is` holds for any byte and the one behind it, which behind the last is a full stop; it has to answer as for
/// [`any`].
#[inline(always)]
pub(crate) fn any_pair(bytes: &[u8], is: impl Fn(u8, u8) -> bool + Copy) -> bool {
    all_of_pairs(bytes, b'.', |byte, next| u8::from(is(byte, next))) != 0
}

/// Whether two spaces stand side by side.
pub(crate) fn has_double_space(bytes: &[u8]) -> bool {
    any_pair(bytes, |byte, next| (byte == b' ') & (next == b' '))
}

#[inline(always)]
fn any_of<const N: usize>(step: &[u8; N], is: impl Fn(u8) -> bool + Copy) -> bool {
    step.iter().fold(false, |any, &byte| any | is(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_byte_is_found_wherever_it_stands() {
        for length in 0..50 {
            assert!(!any(&vec![b'a'; length], |byte| byte == b'b'));
            assert_eq!(find(&vec![b'a'; length], b'b'), None);
            assert_eq!(position(&vec![b'a'; length], |byte| byte == b'b'), None);
            assert!(!any_pair(&vec![b'a'; length], |byte, next| (byte == b'b') | (next == b'b')));
            for at in 0..length {
                let mut bytes = vec![b'a'; length];
                bytes[at] = b'b';
                assert!(any(&bytes, |byte| byte == b'b'), "{at} of {length}");
                assert_eq!(find(&bytes, b'b'), Some(at));
                assert_eq!(position(&bytes, |byte| byte == b'b'), Some(at));
                let is_pair = |byte, next| (byte == b'a') & (next == b'b');
                assert_eq!(any_pair(&bytes, is_pair), at > 0, "{at} of {length}");
                assert_eq!(all_of_page(&bytes, |byte, next| u8::from(is_pair(byte, next))), u8::from(at > 0));
            }
        }
    }

    #[test]
    fn each_byte_has_its_bit() {
        for at in 0..64 {
            let mut bytes = [b'a'; 64];
            bytes[at] = b'b';
            assert_eq!(bits(&bytes, |byte| byte == b'b'), 1 << at);
        }
    }

    #[test]
    fn two_spaces_are_found_wherever_they_stand() {
        for length in 0..100 {
            let mut bytes = vec![b'a'; length];
            for at in 0..length {
                bytes[at] = b' ';
                assert!(!has_double_space(&bytes), "{at} of {length}");
                if let Some(next) = bytes.get_mut(at + 1) {
                    *next = b' ';
                    assert!(has_double_space(&bytes), "{at} of {length}");
                    bytes[at + 1] = b'a';
                }
                bytes[at] = b'a';
            }
        }
    }

    #[test]
    fn every_byte_counts_once() {
        for length in [0, 1, WIDTH - 1, WIDTH, 5 * WIDTH + 3] {
            let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            assert_eq!(count(&bytes, |_| true), length);
            assert_eq!(count(&bytes, |byte| byte < 7), bytes.iter().filter(|&&byte| byte < 7).count());
        }
    }
}
