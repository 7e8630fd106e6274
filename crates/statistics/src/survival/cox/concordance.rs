//! Concordance: how often the row with the higher risk has the event first.
//!
//! Formula: over pairs that can be ordered (one has the event while the other is at risk and stays
//! on, or is censored at that time), C = (concordant + tied/2) / pairs; its variance is the sum of
//! squares of each row's influence, (concordant + tied/2 − C × pairs it is in) / pairs. Reference:
//! Harrell et al., JAMA 1982; Therneau and Watson 2015. Method: two walks over the rows in order
//! of time, with a tree of counts by rank of risk that has 32 branches a level, so an insertion or
//! a question touches four short runs of memory at a million rows. O(n log n).

use super::super::order::{falling, ranked};
use super::super::{Groups, SurvivalError, Times, same_length};
use super::Fit;

/// Counts of pairs, and what follows from them.
#[derive(Clone, Debug, PartialEq)]
pub struct Concordance {
    /// Pairs in which the higher risk had the event first.
    pub concordant: u64,
    /// Pairs in which the lower had.
    pub discordant: u64,
    /// Comparable pairs of equal risk.
    pub tied_risk: u64,
    /// Pairs of events at one time with different risks.
    pub tied_time: u64,
    /// Pairs of events at one time with equal risks.
    pub tied_both: u64,
    /// The concordance; NaN where no pair can be ordered.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
}

impl Fit {
    /// The concordance of the linear predictor with the times it was fitted to.
    ///
    /// Pairs are formed within strata; where there are clusters the influence of their rows is
    /// summed before it is squared.
    pub fn concordance(&self) -> Result<Concordance, SurvivalError> {
        let frame = self.rows.frame();
        let times = Times {
            start: frame.start.as_deref(),
            stop: &frame.stop,
            event: &frame.event,
        };
        let mut strata = vec![0; frame.rows()];
        for (stratum, ends) in frame.strata.windows(2).enumerate() {
            strata[ends[0]..ends[1]]
                .iter_mut()
                .for_each(|code| *code = stratum as u32);
        }
        let count = frame.stratum_codes.len();
        let cluster: Option<Vec<u32>> = self
            .cluster
            .as_ref()
            .map(|codes| frame.order.iter().map(|row| codes[*row as usize]).collect());
        let clusters = cluster
            .as_ref()
            .and_then(|codes| codes.iter().max())
            .map_or(0, |m| m + 1);
        let cluster = match &cluster {
            Some(codes) => Some(Groups::new(codes, clusters as usize)?),
            None => None,
        };
        let strata = (count > 1)
            .then(|| Groups::new(&strata, count))
            .transpose()?;
        // Positions are already in order of stratum and falling time.
        let order: Vec<u32> = (0..frame.rows() as u32).collect();
        Ok(ordered(times, &self.at.risk, &order, strata, cluster))
    }
}

/// The concordance of any score of risk with times: a higher score means an earlier event.
pub fn concordance(
    times: Times<'_>,
    risk: &[f64],
    strata: Option<Groups<'_>>,
    cluster: Option<Groups<'_>>,
) -> Result<Concordance, SurvivalError> {
    same_length("the risk", times.rows(), risk.len())?;
    let order = falling(times.stop(), strata.map(|strata| strata.codes()));
    Ok(ordered(times, risk, &order, strata, cluster))
}

/// The concordance of rows whose order by stratum and falling time is known.
fn ordered(
    times: Times<'_>,
    risk: &[f64],
    order: &[u32],
    strata: Option<Groups<'_>>,
    cluster: Option<Groups<'_>>,
) -> Concordance {
    let mut walk = Walk::new(times, risk, order);
    let code =
        |position: usize| strata.map_or(0, |strata| strata.codes()[order[position] as usize]);
    let mut begin = 0;
    while begin < order.len() {
        let end = match strata {
            None => order.len(),
            Some(_) => (begin..order.len())
                .find(|position| code(*position) != code(begin))
                .unwrap_or(order.len()),
        };
        walk.stratum(begin, end);
        begin = end;
    }
    walk.finish(cluster)
}

/// For each event: its row, and the weight of pairs with rows that stay on, concordant, discordant
/// and of equal risk.
pub(crate) fn pairs_of_events(times: Times<'_>, risk: &[f64]) -> Vec<(usize, f64, f64, f64)> {
    let order = falling(times.stop(), None);
    let walk = Walk::new(times, risk, &order);
    let mut first = vec![Pairs::default(); order.len()];
    walk.down(0, order.len(), &[], &mut first);
    let events = (0..order.len()).filter(|position| walk.event[*position]);
    events
        .map(|position| {
            let pairs = first[position];
            let row = order[position] as usize;
            (
                row,
                pairs.concordant as f64,
                pairs.discordant as f64,
                pairs.tied as f64,
            )
        })
        .collect()
}

/// A tree of counts over ranks: at each level, each node of 32 holds running counts before each
/// of its branches.
struct Counts {
    levels: Vec<Vec<i32>>,
}

impl Counts {
    fn new(ranks: usize) -> Self {
        let mut levels = Vec::new();
        let mut nodes = ranks + 1;
        loop {
            nodes = nodes.div_ceil(32);
            levels.push(vec![0; nodes * 32]);
            if nodes == 1 {
                return Self { levels };
            }
        }
    }

    fn add(&mut self, rank: usize, amount: i32) {
        let mut at = rank;
        for level in &mut self.levels {
            let node = at & !31;
            let branch = at & 31;
            for count in &mut level[node..node + 32][branch + 1..] {
                *count += amount;
            }
            at >>= 5;
        }
    }

    /// How many have a lower rank.
    fn below(&self, rank: usize) -> i64 {
        let mut at = rank;
        let mut sum = 0;
        for level in &self.levels {
            sum += i64::from(level[at]);
            at >>= 5;
        }
        sum
    }
}

/// Pairs that one row is in.
#[derive(Clone, Copy, Debug, Default)]
struct Pairs {
    concordant: i64,
    discordant: i64,
    tied: i64,
}

/// Rows in order of stratum and falling time, and the pairs found so far.
struct Walk {
    rows: Vec<u32>,
    stop: Vec<f64>,
    start: Option<Vec<f64>>,
    event: Vec<bool>,
    rank: Vec<u32>,
    ranks: usize,
    /// Pairs in which the row has the event, and in which it is the one that stays on.
    first: Vec<Pairs>,
    second: Vec<Pairs>,
    tied_time: i64,
    tied_both: i64,
}

impl Walk {
    fn new(times: Times<'_>, risk: &[f64], order: &[u32]) -> Self {
        // Ranks by falling risk, so that a lower rank is a higher risk.
        let bits = |row: u32| {
            let bits = (risk[row as usize] + 0.0).to_bits();
            // Numbers of either sign in order of their bits.
            if bits >> 63 == 1 {
                !bits
            } else {
                bits | 1 << 63
            }
        };
        let (low, high) = order.iter().fold((u64::MAX, 0), |(low, high), row| {
            let key = bits(*row);
            (low.min(key), high.max(key))
        });
        let sorted = ranked(order.len(), |at| high - bits(order[at]), high - low);
        let mut rank = vec![0; order.len()];
        let mut ranks = 0;
        for (index, (key, position)) in sorted.iter().enumerate() {
            if index > 0 && *key != sorted[index - 1].0 {
                ranks += 1;
            }
            rank[*position as usize] = ranks;
        }
        let pick = |column: &[f64]| order.iter().map(|row| column[*row as usize]).collect();
        Self {
            rows: order.to_vec(),
            stop: pick(times.stop()),
            start: times.start().map(pick),
            event: order
                .iter()
                .map(|row| times.event()[*row as usize])
                .collect(),
            rank,
            ranks: ranks as usize + 1,
            first: vec![Pairs::default(); order.len()],
            second: vec![Pairs::default(); order.len()],
            tied_time: 0,
            tied_both: 0,
        }
    }

    fn stratum(&mut self, begin: usize, end: usize) {
        let mut by_start: Vec<u32> = Vec::new();
        if let Some(start) = &self.start {
            by_start = (begin as u32..end as u32).collect();
            by_start.sort_by(|a, b| start[*b as usize].total_cmp(&start[*a as usize]));
        }
        let mut first = std::mem::take(&mut self.first);
        let mut second = std::mem::take(&mut self.second);
        let walk = &*self;
        let (ties, ()) = rayon::join(
            || walk.down(begin, end, &by_start, &mut first),
            || walk.up(begin, end, &by_start, &mut second),
        );
        self.first = first;
        self.second = second;
        self.tied_time += ties.0;
        self.tied_both += ties.1;
    }

    /// How many in the tree have a higher risk than a rank, and how many as high or higher.
    fn around(&self, tree: &Counts, rank: usize) -> (i64, i64) {
        let higher = tree.below(rank);
        // No row is ever asked about while it is in the tree itself.
        let all_differ = self.ranks == self.rank.len();
        (
            higher,
            if all_differ {
                higher
            } else {
                tree.below(rank + 1)
            },
        )
    }

    /// From the latest time down: each event against those who stay on.
    fn down(&self, begin: usize, end: usize, by_start: &[u32], first: &mut [Pairs]) -> (i64, i64) {
        let mut tree = Counts::new(self.ranks);
        let (mut inside, mut leaving) = (0, 0);
        let (mut tied_time, mut tied_both) = (0, 0);
        let mut at = begin;
        while at < end {
            let time = self.stop[at];
            let mut after = at;
            while after < end && self.stop[after] >= time {
                after += 1;
            }
            let events: Vec<usize> = (at..after).filter(|p| self.event[*p]).collect();
            for position in (at..after).filter(|p| !self.event[*p]) {
                tree.add(self.rank[position] as usize, 1);
                inside += 1;
            }
            if let (Some(start), false) = (&self.start, events.is_empty()) {
                while let Some(&gone) = by_start.get(leaving) {
                    if start[gone as usize] < time {
                        break;
                    }
                    tree.add(self.rank[gone as usize] as usize, -1);
                    inside -= 1;
                    leaving += 1;
                }
            }
            for &position in &events {
                let rank = self.rank[position] as usize;
                let (higher, upto) = self.around(&tree, rank);
                first[position] = Pairs {
                    concordant: inside - upto,
                    discordant: higher,
                    tied: upto - higher,
                };
            }
            let mut ranks: Vec<u32> = events.iter().map(|p| self.rank[*p]).collect();
            ranks.sort_unstable();
            let equal: i64 = ranks
                .chunk_by(|a, b| a == b)
                .map(|same| pairs_of(same.len()))
                .sum();
            tied_both += equal;
            tied_time += pairs_of(events.len()) - equal;
            for rank in &ranks {
                tree.add(*rank as usize, 1);
                inside += 1;
            }
            at = after;
        }
        (tied_time, tied_both)
    }

    /// From the earliest time up: each row against the events while it was at risk.
    fn up(&self, begin: usize, end: usize, by_start: &[u32], second: &mut [Pairs]) {
        let mut tree = Counts::new(self.ranks);
        let mut inside = 0;
        let mut entering = by_start.iter().rev().peekable();
        let mut at = end;
        let count = |tree: &Counts, inside: i64, position: usize| {
            let rank = self.rank[position] as usize;
            let (higher, upto) = self.around(tree, rank);
            Pairs {
                concordant: higher,
                discordant: inside - upto,
                tied: upto - higher,
            }
        };
        while at > begin {
            let time = self.stop[at - 1];
            let mut before = at;
            while before > begin && self.stop[before - 1] <= time {
                before -= 1;
            }
            if let Some(start) = &self.start {
                // Events up to its start were before its time; they are taken off again.
                while let Some(&entered) = entering.peek().filter(|p| start[***p as usize] < time) {
                    let missed = count(&tree, inside, *entered as usize);
                    let pairs = &mut second[*entered as usize];
                    pairs.concordant -= missed.concordant;
                    pairs.discordant -= missed.discordant;
                    pairs.tied -= missed.tied;
                    entering.next();
                }
            }
            let add = |second: &mut [Pairs], tree: &Counts, inside: i64, position: usize| {
                let found = count(tree, inside, position);
                second[position].concordant += found.concordant;
                second[position].discordant += found.discordant;
                second[position].tied += found.tied;
            };
            for position in (before..at).filter(|p| self.event[*p]) {
                add(second, &tree, inside, position);
            }
            for position in (before..at).filter(|p| self.event[*p]) {
                tree.add(self.rank[position] as usize, 1);
                inside += 1;
            }
            for position in (before..at).filter(|p| !self.event[*p]) {
                add(second, &tree, inside, position);
            }
            at = before;
        }
    }

    fn finish(self, cluster: Option<Groups<'_>>) -> Concordance {
        let sum = |pick: fn(&Pairs) -> i64| self.first.iter().map(pick).sum::<i64>();
        let (concordant, discordant, tied) = (
            sum(|p| p.concordant),
            sum(|p| p.discordant),
            sum(|p| p.tied),
        );
        let pairs = (concordant + discordant + tied) as f64;
        let estimate = (concordant as f64 + 0.5 * tied as f64) / pairs;
        let mut sums = vec![0.0; cluster.map_or(self.rows.len(), |cluster| cluster.count())];
        for (position, (first, second)) in self.first.iter().zip(&self.second).enumerate() {
            let row = self.rows[position] as usize;
            let at = cluster.map_or(row, |cluster| cluster.codes()[row] as usize);
            let tied = (first.tied + second.tied) as f64;
            let good = (first.concordant + second.concordant) as f64 + 0.5 * tied;
            let all = good + (first.discordant + second.discordant) as f64 + 0.5 * tied;
            sums[at] += (good - estimate * all) / pairs;
        }
        let unsigned = |x: i64| u64::try_from(x).unwrap_or(0);
        Concordance {
            concordant: unsigned(concordant),
            discordant: unsigned(discordant),
            tied_risk: unsigned(tied),
            tied_time: unsigned(self.tied_time),
            tied_both: unsigned(self.tied_both),
            estimate,
            se: sums.iter().map(|x| x * x).sum::<f64>().sqrt(),
        }
    }
}

fn pairs_of(n: usize) -> i64 {
    let n = i64::try_from(n).unwrap_or(i64::MAX);
    n * (n - 1) / 2
}

#[cfg(test)]
mod tests {
    use super::concordance;
    use crate::survival::Times;

    proptest::proptest! {
        #[test]
        fn the_walks_count_what_all_pairs_count(
            rows in proptest::collection::vec(
                (0_u32..6, 1_u32..8, proptest::bool::ANY, 0_u32..5), 2..40),
        ) {
            let start: Vec<f64> = rows.iter().map(|r| f64::from(r.0)).collect();
            let stop: Vec<f64> = rows.iter().map(|r| f64::from(r.0 + r.1)).collect();
            let event: Vec<bool> = rows.iter().map(|r| r.2).collect();
            let risk: Vec<f64> = rows.iter().map(|r| f64::from(r.3) - 2.0).collect();
            let times = Times::with_entry(&start, &stop, &event).unwrap();
            let found = concordance(times, &risk, None, None).unwrap();
            let n = rows.len();
            let (mut good, mut bad, mut tied) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
            for i in 0..n {
                for j in 0..n {
                    let stays = stop[j] > stop[i] || (stop[j] >= stop[i] && !event[j]);
                    if i != j && event[i] && stays && start[j] < stop[i] {
                        let kind = if risk[i] > risk[j] { &mut good }
                            else if risk[i] < risk[j] { &mut bad } else { &mut tied };
                        kind[i] += 1.0;
                        kind[j] += 1.0;
                    }
                }
            }
            let half = |x: &[f64]| x.iter().sum::<f64>() / 2.0;
            proptest::prop_assert!((found.concordant as f64 - half(&good)).abs() < 0.1);
            proptest::prop_assert!((found.discordant as f64 - half(&bad)).abs() < 0.1);
            proptest::prop_assert!((found.tied_risk as f64 - half(&tied)).abs() < 0.1);
            let pairs = half(&good) + half(&bad) + half(&tied);
            if pairs > 0.0 {
                let c = (half(&good) + half(&tied) / 2.0) / pairs;
                let se: f64 = (0..n)
                    .map(|i| {
                        let all = good[i] + bad[i] + tied[i];
                        ((good[i] + tied[i] / 2.0 - c * all) / pairs).powi(2)
                    })
                    .sum::<f64>()
                    .sqrt();
                proptest::prop_assert!((found.estimate - c).abs() < 1e-12);
                proptest::prop_assert!((found.se - se).abs() < 1e-12);
            }
        }
    }
}
