//! Sorting times: whole small numbers by counting, other numbers packed with their tag in one word.

use std::cmp::Reverse;

use rayon::prelude::*;

/// Rows below which one thread is faster than two.
const PARALLEL_FROM: usize = 1 << 15;

/// Counting instead of sorting is used up to this many cells.
const CELLS_MAX: u64 = 1 << 18;

/// Equal times with equal tags, counted, in order of time and then of tag.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Run {
    pub(crate) time: f64,
    pub(crate) tag: u32,
    pub(crate) count: u32,
}

/// Calls `visit` once for each distinct pair of time and tag, in order. Times are finite and not
/// negative; tags are below `tags`.
pub(crate) fn runs<T>(times: &[f64], tag: T, tags: u32, mut visit: impl FnMut(Run))
where
    T: Fn(usize) -> u32 + Sync,
{
    if let Some(highest) = whole(times)
        && (highest + 1) * u64::from(tags) <= CELLS_MAX
    {
        count_runs(times, &tag, tags, highest, &mut visit);
        return;
    }
    let (low, high) = bits_range(times);
    let tag_bits = 32 - (tags - 1).leading_zeros();
    if high - low < u64::MAX >> tag_bits {
        packed_runs(times, &tag, tag_bits, low, high, &mut visit);
    } else {
        paired_runs(times, &tag, &mut visit);
    }
}

/// The largest time when all are whole numbers small enough to count.
fn whole(times: &[f64]) -> Option<u64> {
    let check = |chunk: &[f64]| {
        // Mostly false at the first few rows of data that are not whole.
        let mut highest = 0.0_f64;
        for block in chunk.chunks(256) {
            let all = block.iter().fold(true, |all, t| {
                highest = highest.max(*t);
                all && (*t <= 1e6) & (f64::from(*t as u32) - *t == 0.0)
            });
            if !all {
                return None;
            }
        }
        Some(highest as u64)
    };
    if times.len() < PARALLEL_FROM {
        return check(times);
    }
    times
        .par_chunks(times.len() / 4 + 1)
        .map(check)
        .reduce(|| Some(0), |a, b| Some(a?.max(b?)))
}

fn count_runs<T>(times: &[f64], tag: &T, tags: u32, highest: u64, visit: &mut impl FnMut(Run))
where
    T: Fn(usize) -> u32 + Sync,
{
    let cells = (highest + 1) as usize * tags as usize;
    let count = |first: usize, chunk: &[f64]| {
        let mut counts = vec![0_u32; cells];
        for (offset, time) in chunk.iter().enumerate() {
            counts[*time as usize * tags as usize + tag(first + offset) as usize] += 1;
        }
        counts
    };
    let counts = if times.len() < PARALLEL_FROM {
        count(0, times)
    } else {
        let size = times.len() / 2 + 1;
        times
            .par_chunks(size)
            .enumerate()
            .map(|(part, chunk)| count(part * size, chunk))
            .reduce(
                || vec![0; cells],
                |mut a, b| {
                    a.iter_mut().zip(&b).for_each(|(a, b)| *a += b);
                    a
                },
            )
    };
    for (cell, &count) in counts.iter().enumerate() {
        if count > 0 {
            let time = (cell / tags as usize) as f64;
            visit(Run {
                time,
                tag: (cell % tags as usize) as u32,
                count,
            });
        }
    }
}

/// Times of one sign order as their bits do. Adding zero makes minus zero plain.
fn bits(time: f64) -> u64 {
    (time + 0.0).to_bits()
}

fn bits_range(times: &[f64]) -> (u64, u64) {
    let range = |chunk: &[f64]| {
        chunk.iter().fold((u64::MAX, 0), |(low, high), t| {
            (low.min(bits(*t)), high.max(bits(*t)))
        })
    };
    if times.len() < PARALLEL_FROM {
        return range(times);
    }
    times
        .par_chunks(times.len() / 4 + 1)
        .map(range)
        .reduce(|| (u64::MAX, 0), |a, b| (a.0.min(b.0), a.1.max(b.1)))
}

fn packed_runs<T>(
    times: &[f64],
    tag: &T,
    tag_bits: u32,
    low: u64,
    high: u64,
    visit: &mut impl FnMut(Run),
) where
    T: Fn(usize) -> u32 + Sync,
{
    let key = |row: usize| ((bits(times[row]) - low) << tag_bits) | u64::from(tag(row));
    let keys = sorted_keys(
        times.len(),
        key,
        (high - low) << tag_bits | ((1 << tag_bits) - 1),
    );
    let mut index = 0;
    while let Some(&key) = keys.get(index) {
        let first = index;
        while keys.get(index) == Some(&key) {
            index += 1;
        }
        visit(Run {
            time: f64::from_bits((key >> tag_bits) + low),
            tag: (key & ((1 << tag_bits) - 1)) as u32,
            count: (index - first) as u32,
        });
    }
}

/// Sorts keys up to `highest`: one scatter by the top bits into buckets, then each bucket alone.
fn sorted_keys<K>(rows: usize, key: K, highest: u64) -> Vec<u64>
where
    K: Fn(usize) -> u64 + Sync,
{
    if rows < PARALLEL_FROM {
        let mut keys: Vec<u64> = (0..rows).map(key).collect();
        keys.sort_unstable();
        return keys;
    }
    let bucket_bits = 11;
    let shift = (64 - highest.leading_zeros()).saturating_sub(bucket_bits);
    let buckets = (highest >> shift) as usize + 1;
    let mut keys = vec![0_u64; rows];
    keys.par_iter_mut()
        .enumerate()
        .for_each(|(row, slot)| *slot = key(row));
    let mut next = vec![0_usize; buckets + 1];
    for key in &keys {
        next[(key >> shift) as usize + 1] += 1;
    }
    for bucket in 1..=buckets {
        next[bucket] += next[bucket - 1];
    }
    let ends: Vec<usize> = next[1..].to_vec();
    let mut sorted = vec![0_u64; rows];
    for key in &keys {
        let slot = &mut next[(key >> shift) as usize];
        sorted[*slot] = *key;
        *slot += 1;
    }
    let mut rest = sorted.as_mut_slice();
    let mut begin = 0;
    let mut parts = Vec::with_capacity(buckets);
    for end in ends {
        let (part, after) = rest.split_at_mut(end - begin);
        parts.push(part);
        rest = after;
        begin = end;
    }
    parts.into_par_iter().for_each(<[u64]>::sort_unstable);
    sorted
}

/// The way that always works: pairs of time and tag.
fn paired_runs<T>(times: &[f64], tag: &T, visit: &mut impl FnMut(Run))
where
    T: Fn(usize) -> u32 + Sync,
{
    let mut pairs: Vec<(u64, u32)> = (0..times.len())
        .map(|row| (bits(times[row]), tag(row)))
        .collect();
    pairs.par_sort_unstable();
    let mut index = 0;
    while let Some(&pair) = pairs.get(index) {
        let first = index;
        while pairs.get(index) == Some(&pair) {
            index += 1;
        }
        let count = (index - first) as u32;
        visit(Run {
            time: f64::from_bits(pair.0),
            tag: pair.1,
            count,
        });
    }
}

/// The rows in order of stratum and then of falling time; equal times keep the order of rows.
pub(crate) fn falling(times: &[f64], strata: Option<&[u32]>) -> Vec<u32> {
    if let Some(strata) = strata {
        let mut keyed: Vec<(u32, Reverse<u64>, u32)> = (0..times.len())
            .map(|row| (strata[row], Reverse(bits(times[row])), row as u32))
            .collect();
        keyed.par_sort_unstable();
        return keyed.into_iter().map(|(_, _, row)| row).collect();
    }
    if let Some(highest) = whole(times)
        && highest < CELLS_MAX
    {
        return counted_falling(times, highest as usize);
    }
    let (low, high) = bits_range(times);
    ranked(times.len(), |row| high - bits(times[row]), high - low)
        .into_iter()
        .map(|(_, row)| row)
        .collect()
}

/// Whole times: each row goes straight to its place.
fn counted_falling(times: &[f64], highest: usize) -> Vec<u32> {
    let mut next = vec![0_u32; highest + 2];
    for time in times {
        next[highest - *time as usize + 1] += 1;
    }
    for cell in 1..next.len() {
        next[cell] += next[cell - 1];
    }
    let mut order = vec![0; times.len()];
    for (row, time) in times.iter().enumerate() {
        let slot = &mut next[highest - *time as usize];
        order[*slot as usize] = row as u32;
        *slot += 1;
    }
    order
}

/// Rows with their keys, which are no more than `highest`, in order of key and then of row.
pub(crate) fn ranked<K>(rows: usize, key: K, highest: u64) -> Vec<(u64, u32)>
where
    K: Fn(usize) -> u64 + Sync,
{
    let pair = |row: usize| (key(row), row as u32);
    if rows < PARALLEL_FROM {
        let mut pairs: Vec<(u64, u32)> = (0..rows).map(pair).collect();
        pairs.sort_unstable();
        return pairs;
    }
    let shift = (64 - highest.leading_zeros()).saturating_sub(11);
    let buckets = (highest >> shift) as usize + 1;
    let mut next = vec![0_usize; buckets + 1];
    for row in 0..rows {
        next[(key(row) >> shift) as usize + 1] += 1;
    }
    for bucket in 1..=buckets {
        next[bucket] += next[bucket - 1];
    }
    let ends: Vec<usize> = next[1..].to_vec();
    let mut sorted = vec![(0_u64, 0_u32); rows];
    for row in 0..rows {
        let found = pair(row);
        let slot = &mut next[(found.0 >> shift) as usize];
        sorted[*slot] = found;
        *slot += 1;
    }
    let mut rest = sorted.as_mut_slice();
    let mut begin = 0;
    let mut parts = Vec::with_capacity(buckets);
    for end in ends {
        let (part, after) = rest.split_at_mut(end - begin);
        parts.push(part);
        rest = after;
        begin = end;
    }
    parts
        .into_par_iter()
        .for_each(<[(u64, u32)]>::sort_unstable);
    sorted
}

#[cfg(test)]
mod tests {
    use super::{Run, falling, runs};

    fn naive(times: &[f64], tags: &[u32]) -> Vec<Run> {
        let mut pairs: Vec<(f64, u32)> = times.iter().copied().zip(tags.iter().copied()).collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut found: Vec<Run> = Vec::new();
        for (time, tag) in pairs {
            match found.last_mut() {
                Some(run) if run.time.total_cmp(&time).is_eq() && run.tag == tag => run.count += 1,
                _ => found.push(Run {
                    time,
                    tag,
                    count: 1,
                }),
            }
        }
        found
    }

    proptest::proptest! {
        #[test]
        fn runs_are_what_a_plain_sort_finds(
            rows in proptest::collection::vec((0_u32..60, 0_u32..6), 1..80),
            scale in proptest::sample::select(vec![1.0, 0.37, 1e-300, 1e250, 2e4]),
        ) {
            let times: Vec<f64> = rows.iter().map(|(t, _)| f64::from(*t) * scale).collect();
            let tags: Vec<u32> = rows.iter().map(|(_, tag)| *tag).collect();
            let mut found = Vec::new();
            runs(&times, |row| tags[row], 6, |run| found.push(run));
            proptest::prop_assert_eq!(found, naive(&times, &tags));
        }
    }

    #[test]
    fn many_rows_take_the_parallel_way_and_give_the_same() {
        let mut state = 1_u64;
        let mut draw = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as u32
        };
        let tags: Vec<u32> = (0..100_000).map(|_| draw() % 4).collect();
        for scale in [1.0, 1e-9] {
            let times: Vec<f64> = (0..100_000)
                .map(|_| f64::from(draw() % 5000) * scale)
                .collect();
            let mut found = Vec::new();
            runs(&times, |row| tags[row], 4, |run| found.push(run));
            assert_eq!(found, naive(&times, &tags));
            let order = falling(&times, None);
            assert!(
                order
                    .windows(2)
                    .all(|w| times[w[0] as usize] >= times[w[1] as usize])
            );
        }
    }
}
