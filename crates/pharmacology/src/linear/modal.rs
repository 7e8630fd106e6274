//! Modes of a cascade of stars: eigenvalues, and how each mode is fed and read.

use super::star::{Spoke, eigenvalues, secular};
use super::system::{Block, System};

/// The modal form of one system at one set of rates. Buffers are kept between people.
///
/// The amount read at output `o` after an instantaneous unit amount into input `i` is
/// `sum_j read[o][j] * feed[i][j] * exp(-lambda[j] t)`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Modes {
    pub(crate) lambda: Vec<f64>,
    /// How many units in the last place each mode's residue may have lost, at least one.
    pub(crate) condition: Vec<f64>,
    /// `read[o * n + j]`: the share of mode `j` seen at output `o`.
    pub(crate) read: Vec<f64>,
    /// `feed[i * n + j]`: how strongly input `i` excites mode `j`.
    pub(crate) feed: Vec<f64>,
    spokes: Vec<Spoke>,
    right: Vec<f64>,
    left: Vec<f64>,
    load: Vec<f64>,
}

/// One block's numbers: what leaves the hub, and the spokes.
#[derive(Clone, Copy)]
struct Star<'a> {
    hub_leave: f64,
    spokes: &'a [Spoke],
}

impl Modes {
    /// Computes the modes. The system must consist of stars.
    ///
    /// Right vectors are followed downstream and left vectors upstream, block by block, by solving
    /// `(K - lambda) x = b` for a star in closed form. `condition` adds up, over every division by a
    /// difference of rates, how many times larger the terms were than their difference.
    pub(crate) fn compute(&mut self, system: &System, rates: &[f64]) {
        let n = system.n;
        self.resize(system);
        for block in &system.blocks {
            self.gather(block, rates);
            let spokes = &self.spokes[block.first + 1..block.first + block.len];
            let roots = &mut self.lambda[block.first..block.first + block.len];
            eigenvalues(self.spokes[block.first].leave, spokes, roots);
        }
        for (b, block) in system.blocks.iter().enumerate() {
            for j in block.first..block.first + block.len {
                let (weight, condition) = self.own_block(block, j);
                let condition = condition
                    + self.downstream(system, rates, b, j)
                    + self.upstream(system, rates, b, j);
                self.condition[j] = if condition.is_finite() {
                    condition
                } else {
                    f64::INFINITY
                };
                for (o, node) in system.outputs.iter().enumerate() {
                    self.read[o * n + j] = node.map_or(0.0, |node| self.right[node]);
                }
                for (i, node) in system.inputs.iter().enumerate() {
                    self.feed[i * n + j] = node.map_or(0.0, |node| self.left[node] * weight);
                }
            }
        }
    }

    fn resize(&mut self, system: &System) {
        let n = system.n;
        self.lambda.resize(n, 0.0);
        self.condition.resize(n, 1.0);
        self.read.resize(n * system.outputs.len(), 0.0);
        self.feed.resize(n * system.inputs.len(), 0.0);
        self.spokes.resize(n, Spoke::default());
        for buffer in [&mut self.right, &mut self.left, &mut self.load] {
            buffer.resize(n, 0.0);
        }
    }

    /// Reads the block's rates; the hub's entry holds what leaves the block from the hub.
    fn gather(&mut self, block: &Block, rates: &[f64]) {
        for (offset, outward) in block.outward.iter().enumerate() {
            let leave: f64 = outward.iter().map(|&rate| rates[rate]).sum();
            let (out, back) = match offset.checked_sub(1).and_then(|s| block.spokes.get(s)) {
                Some(&(out, back)) => (rates[out], rates[back]),
                None => (0.0, 0.0),
            };
            self.spokes[block.first + offset] = Spoke {
                out,
                back,
                leave,
                drain: back + leave,
            };
        }
    }

    fn star(&self, block: &Block) -> Star<'_> {
        Star {
            hub_leave: self.spokes[block.first].leave,
            spokes: &self.spokes[block.first + 1..block.first + block.len],
        }
    }

    /// Sets both vectors inside the mode's own block, hub at one; returns one over their product.
    fn own_block(&mut self, block: &Block, j: usize) -> (f64, f64) {
        self.right.fill(0.0);
        self.left.fill(0.0);
        let lambda = self.lambda[j];
        let (mut product, mut condition) = (1.0, 2.0);
        self.right[block.first] = 1.0;
        self.left[block.first] = 1.0;
        for node in block.first + 1..block.first + block.len {
            let s = self.spokes[node];
            let inverse = 1.0 / (s.drain - lambda);
            let (right, left) = (s.out * inverse, s.back * inverse);
            self.right[node] = right;
            self.left[node] = left;
            product += right * left;
            condition += (s.drain + lambda) * inverse.abs();
        }
        (1.0 / product, condition)
    }

    /// Follows the right vector of mode `j` into every block below `own`.
    fn downstream(&mut self, system: &System, rates: &[f64], own: usize, j: usize) -> f64 {
        let lambda = self.lambda[j];
        let mut condition = 0.0;
        for block in &system.blocks[own + 1..] {
            let range = block.first..block.first + block.len;
            self.load[range.clone()].fill(0.0);
            for link in &block.inward {
                self.load[link.to] += rates[link.rate] * self.right[link.from];
            }
            if self.load[range].iter().all(|&load| load == 0.0) {
                continue;
            }
            let star = Star {
                hub_leave: self.spokes[block.first].leave,
                ..self.star(block)
            };
            let (hub, added) = star.solve(
                &self.load[block.first..block.first + block.len],
                lambda,
                |s| s.back,
            );
            condition += added;
            self.right[block.first] = hub;
            for node in block.first + 1..block.first + block.len {
                let s = self.spokes[node];
                self.right[node] = (self.load[node] + s.out * hub) / (s.drain - lambda);
            }
        }
        condition
    }

    /// Follows the left vector of mode `j` into every block above `own`.
    fn upstream(&mut self, system: &System, rates: &[f64], own: usize, j: usize) -> f64 {
        let lambda = self.lambda[j];
        let mut condition = 0.0;
        self.load.fill(0.0);
        for (b, block) in system.blocks[..=own].iter().enumerate().rev() {
            if b < own {
                let range = block.first..block.first + block.len;
                if self.load[range.clone()].iter().all(|&load| load == 0.0) {
                    continue;
                }
                let (hub, added) = self.star(block).solve(&self.load[range], lambda, |s| s.out);
                condition += added;
                self.left[block.first] = hub;
                for node in block.first + 1..block.first + block.len {
                    let s = self.spokes[node];
                    self.left[node] = (self.load[node] + s.back * hub) / (s.drain - lambda);
                }
            }
            for link in &block.inward {
                self.load[link.from] += rates[link.rate] * self.left[link.to];
            }
        }
        condition
    }
}

impl Star<'_> {
    /// The hub's value of `(K - lambda) x = load`, and how ill-conditioned finding it was.
    ///
    /// `toward_hub` picks the rate that carries a spoke's value to the hub: `back` for right
    /// vectors, `out` for left ones.
    fn solve(&self, load: &[f64], lambda: f64, toward_hub: impl Fn(&Spoke) -> f64) -> (f64, f64) {
        let (value, size) = secular(self.hub_leave, self.spokes, lambda);
        let mut condition = size / value.abs();
        let mut total = load[0];
        for (s, &load) in self.spokes.iter().zip(&load[1..]) {
            let inverse = 1.0 / (s.drain - lambda);
            condition += (s.drain + lambda) * inverse.abs();
            total += toward_hub(s) * load * inverse;
        }
        (total / value, condition)
    }
}
