//! Modes of a cascade of stars: eigenvalues, and how each mode is fed and read.

use super::lanes::{Lanes, Mask};
use super::star::{Search, Spoke, eigenvalues, secular};
use super::system::{Block, System};

/// The modal form of one system at the rates of `W` people. Buffers are kept between people.
///
/// The amount read at output `o` after an instantaneous unit amount into input `i` is
/// `sum_j read[o][j] * feed[i][j] * exp(-lambda[j] t)`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Modes<const W: usize> {
    pub(crate) lambda: Vec<Lanes<W>>,
    /// How many units in the last place each mode's residue may have lost, at least one.
    pub(crate) condition: Vec<Lanes<W>>,
    /// `read[o * n + j]`: the share of mode `j` seen at output `o`.
    pub(crate) read: Vec<Lanes<W>>,
    /// `feed[i * n + j]`: how strongly input `i` excites mode `j`.
    pub(crate) feed: Vec<Lanes<W>>,
    spokes: Vec<Spoke<W>>,
    right: Vec<Lanes<W>>,
    left: Vec<Lanes<W>>,
    load: Vec<Lanes<W>>,
    searches: Vec<Search<W>>,
}

impl<const W: usize> Modes<W> {
    /// Computes the modes. The system must consist of stars.
    ///
    /// Right vectors are followed downstream and left vectors upstream, block by block, by solving
    /// `(K - lambda) x = b` for a star in closed form. `condition` adds up, over every division by a
    /// difference of rates, how many times larger the terms were than their difference.
    #[inline(always)]
    pub(crate) fn compute(&mut self, system: &System, rates: &[Lanes<W>]) {
        let n = system.n;
        self.resize(system);
        for block in &system.blocks {
            self.gather(block, rates);
            let spokes = &self.spokes[block.first + 1..block.first + block.len];
            let roots = &mut self.lambda[block.first..block.first + block.len];
            eigenvalues(
                self.spokes[block.first].leave,
                spokes,
                roots,
                &mut self.searches,
            );
        }
        for (b, block) in system.blocks.iter().enumerate() {
            for j in block.first..block.first + block.len {
                let (weight, own) = self.own_block(block, j);
                let down = self.downstream(system, rates, b, j);
                let up = self.upstream(system, rates, b, j);
                let condition = own + down + up;
                let infinite = Lanes::of(f64::INFINITY);
                self.condition[j] = condition.finite().choose(condition, infinite);
                for (o, node) in system.outputs.iter().enumerate() {
                    self.read[o * n + j] = node.map_or(Lanes::of(0.0), |node| self.right[node]);
                }
                for (i, node) in system.inputs.iter().enumerate() {
                    let fed = node.map_or(Lanes::of(0.0), |node| self.left[node] * weight);
                    self.feed[i * n + j] = fed;
                }
            }
        }
    }

    fn resize(&mut self, system: &System) {
        let n = system.n;
        let zero = Lanes::of(0.0);
        self.lambda.resize(n, zero);
        self.condition.resize(n, zero);
        self.read.resize(n * system.outputs.len(), zero);
        self.feed.resize(n * system.inputs.len(), zero);
        self.spokes.resize(n, Spoke::default());
        for buffer in [&mut self.right, &mut self.left, &mut self.load] {
            buffer.resize(n, zero);
        }
    }

    /// Whether every mode of this person is fit to be used.
    #[inline(always)]
    pub(crate) fn fit(&self) -> Mask<W> {
        let mut fit = Mask::of(true);
        for value in self.read.iter().chain(&self.feed) {
            fit = fit.and(value.finite());
        }
        for condition in &self.condition {
            fit = fit.and(Lanes::of(1e7).above(*condition));
        }
        for lambda in &self.lambda {
            fit = fit.and(lambda.above(Lanes::of(0.0)));
        }
        fit
    }

    /// Reads the block's rates; the hub's entry holds what leaves the block from the hub.
    #[inline(always)]
    fn gather(&mut self, block: &Block, rates: &[Lanes<W>]) {
        for (offset, outward) in block.outward.iter().enumerate() {
            let mut leave = Lanes::of(0.0);
            for &rate in outward {
                leave = leave + rates[rate];
            }
            let (out, back) = match offset.checked_sub(1).and_then(|s| block.spokes.get(s)) {
                Some(&(out, back)) => (rates[out], rates[back]),
                None => (Lanes::of(0.0), Lanes::of(0.0)),
            };
            self.spokes[block.first + offset] = Spoke {
                out,
                back,
                leave,
                drain: back + leave,
            };
        }
    }

    /// Sets both vectors inside the mode's own block, hub at one; returns one over their product.
    #[inline(always)]
    fn own_block(&mut self, block: &Block, j: usize) -> (Lanes<W>, Lanes<W>) {
        self.right.fill(Lanes::of(0.0));
        self.left.fill(Lanes::of(0.0));
        let lambda = self.lambda[j];
        let one = Lanes::of(1.0);
        let (mut product, mut condition) = (one, Lanes::of(2.0));
        self.right[block.first] = one;
        self.left[block.first] = one;
        for node in block.first + 1..block.first + block.len {
            let s = self.spokes[node];
            let inverse = one / (s.drain - lambda);
            let (right, left) = (s.out * inverse, s.back * inverse);
            self.right[node] = right;
            self.left[node] = left;
            product = product + right * left;
            condition = condition + (s.drain + lambda) * inverse.abs();
        }
        (one / product, condition)
    }

    /// Follows the right vector of mode `j` into every block below `own`.
    #[inline(always)]
    fn downstream(
        &mut self,
        system: &System,
        rates: &[Lanes<W>],
        own: usize,
        j: usize,
    ) -> Lanes<W> {
        let mut condition = Lanes::of(0.0);
        for block in &system.blocks[own + 1..] {
            self.load[block.first..block.first + block.len].fill(Lanes::of(0.0));
            for link in &block.inward {
                self.load[link.to] = self.load[link.to] + rates[link.rate] * self.right[link.from];
            }
            let added = solve_star(
                block,
                &self.spokes,
                &self.load,
                self.lambda[j],
                (|s: &Spoke<W>| s.back, |s: &Spoke<W>| s.out),
                &mut self.right,
            );
            condition = condition + added;
        }
        condition
    }

    /// Follows the left vector of mode `j` into every block above `own`.
    #[inline(always)]
    fn upstream(&mut self, system: &System, rates: &[Lanes<W>], own: usize, j: usize) -> Lanes<W> {
        let mut condition = Lanes::of(0.0);
        self.load.fill(Lanes::of(0.0));
        for (b, block) in system.blocks[..=own].iter().enumerate().rev() {
            if b < own {
                let added = solve_star(
                    block,
                    &self.spokes,
                    &self.load,
                    self.lambda[j],
                    (|s: &Spoke<W>| s.out, |s: &Spoke<W>| s.back),
                    &mut self.left,
                );
                condition = condition + added;
            }
            for link in &block.inward {
                self.load[link.from] = self.load[link.from] + rates[link.rate] * self.left[link.to];
            }
        }
        condition
    }
}

/// Solves `(K - lambda) x = load` within one block into `values`; returns how ill-conditioned it was.
///
/// The first way carries a spoke's value to the hub, the second the hub's value to a spoke: `back`
/// and `out` for right vectors, the other way about for left ones. Where nothing is loaded all stays
/// nothing, exactly.
#[inline(always)]
fn solve_star<const W: usize>(
    block: &Block,
    spokes: &[Spoke<W>],
    load: &[Lanes<W>],
    lambda: Lanes<W>,
    (inward, outward): (
        impl Fn(&Spoke<W>) -> Lanes<W>,
        impl Fn(&Spoke<W>) -> Lanes<W>,
    ),
    values: &mut [Lanes<W>],
) -> Lanes<W> {
    let zero = Lanes::of(0.0);
    let nodes = block.first + 1..block.first + block.len;
    let mut empty = load[block.first].same(zero);
    for load in &load[nodes.clone()] {
        empty = empty.and(load.same(zero));
    }
    let loaded = empty.not();
    if !loaded.any() {
        return zero;
    }
    let (value, size) = secular(spokes[block.first].leave, &spokes[nodes.clone()], lambda);
    let mut condition = size / value.abs();
    let mut total = load[block.first];
    for node in nodes.clone() {
        let s = &spokes[node];
        let inverse = Lanes::of(1.0) / (s.drain - lambda);
        condition = condition + (s.drain + lambda) * inverse.abs();
        total = total + inward(s) * load[node] * inverse;
    }
    let hub = total / value;
    values[block.first] = loaded.choose(hub, zero);
    for node in nodes {
        let s = &spokes[node];
        let here = (load[node] + outward(s) * hub) / (s.drain - lambda);
        values[node] = loaded.choose(here, zero);
    }
    loaded.choose(condition, zero)
}
