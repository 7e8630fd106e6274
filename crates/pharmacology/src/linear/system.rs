//! A network made ready to be solved: pruned, ordered into blocks, its stars recognised.

use super::network::{Compartment, Edge, Network, NetworkError};

/// A network compiled for given inputs and outputs.
///
/// Compartments that no input reaches, or that reach no output, are dropped (a flow into one becomes
/// a loss). The rest are ordered so that flows between strongly connected blocks run downwards.
/// Compile once; solve for as many people as you like.
#[derive(Clone, Debug)]
pub struct System {
    /// Kept compartments, renumbered.
    pub(crate) n: usize,
    pub(crate) n_links: usize,
    pub(crate) blocks: Vec<Block>,
    /// Whether every block is a star, so that the modal form exists.
    pub(crate) all_stars: bool,
    /// For each kept compartment, whether it is a reader.
    pub(crate) readers: Vec<bool>,
    /// Links between kept compartments: (from, to, position of the rate, is a copy).
    pub(crate) links: Vec<InnerLink>,
    /// For each kept compartment, the positions of all rates that drain it.
    pub(crate) drains: Vec<Vec<usize>>,
    /// For each kept compartment, the positions of the rates that take drug out of what is kept.
    pub(crate) leaves: Vec<Vec<usize>>,
    /// Where each input enters; `None` when it can reach no output.
    pub(crate) inputs: Vec<Option<usize>>,
    /// Where each output is read; `None` when no input reaches it.
    pub(crate) outputs: Vec<Option<usize>>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct InnerLink {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) rate: usize,
    pub(crate) is_copy: bool,
}

/// A strongly connected block: the hub is its first compartment, the spokes follow.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) first: usize,
    pub(crate) len: usize,
    /// For each compartment of the block: positions of rates that leave the block.
    pub(crate) outward: Vec<Vec<usize>>,
    /// For each spoke: positions of the rates hub to spoke and spoke to hub.
    pub(crate) spokes: Vec<(usize, usize)>,
    /// Links into this block from blocks above it.
    pub(crate) inward: Vec<InnerLink>,
}

impl System {
    /// Compiles a network for drug entering at `inputs` and amounts read at `outputs`.
    pub fn compile(
        network: &Network,
        inputs: &[Compartment],
        outputs: &[Compartment],
    ) -> Result<Self, NetworkError> {
        let n_all = network.names.len();
        for compartment in inputs.iter().chain(outputs) {
            if compartment.0 >= n_all {
                return Err(NetworkError::Unknown(compartment.0));
            }
        }
        let reach = reachability(network);
        let kept: Vec<usize> = (0..n_all)
            .filter(|&node| {
                inputs.iter().any(|i| reach[i.0][node]) && outputs.iter().any(|o| reach[node][o.0])
            })
            .collect();
        let groups = ordered_groups(&kept, &reach);
        let mut all_stars = true;
        let mut order: Vec<usize> = Vec::new();
        let mut extents = Vec::new();
        for group in groups {
            let hub = hub_of(&group, network);
            all_stars &= hub.is_some();
            let hub = hub.unwrap_or(group[0]);
            extents.push((order.len(), group.len()));
            order.push(hub);
            order.extend(group.into_iter().filter(|&node| node != hub));
        }
        let place = |node: usize| order.iter().position(|&kept| kept == node);
        let mut system = Self {
            n: order.len(),
            n_links: network.edges.len(),
            blocks: Vec::new(),
            all_stars,
            readers: vec![false; order.len()],
            links: Vec::new(),
            drains: vec![Vec::new(); order.len()],
            leaves: vec![Vec::new(); order.len()],
            inputs: inputs.iter().map(|i| place(i.0)).collect(),
            outputs: outputs.iter().map(|o| place(o.0)).collect(),
        };
        system.place_links(network, &place);
        system.blocks = extents
            .into_iter()
            .map(|(first, len)| system.block(first, len))
            .collect();
        Ok(system)
    }

    /// How many compartments are solved for, after those that no output needs are dropped.
    pub fn n_compartments(&self) -> usize {
        self.n
    }

    /// How many rate constants [`crate::linear::Solver::solve`] needs.
    pub fn n_links(&self) -> usize {
        self.n_links
    }

    fn place_links(&mut self, network: &Network, place: &dyn Fn(usize) -> Option<usize>) {
        for (rate, edge) in network.edges.iter().enumerate() {
            match *edge {
                Edge::Flow { from, to } => {
                    let Some(from) = place(from) else { continue };
                    self.drains[from].push(rate);
                    match place(to) {
                        Some(to) => self.links.push(InnerLink {
                            from,
                            to,
                            rate,
                            is_copy: false,
                        }),
                        None => self.leaves[from].push(rate),
                    }
                }
                Edge::Loss { from } => {
                    let Some(from) = place(from) else { continue };
                    self.drains[from].push(rate);
                    self.leaves[from].push(rate);
                }
                Edge::Copy { from, to } => {
                    let Some(to) = place(to) else { continue };
                    self.readers[to] = true;
                    if let Some(from) = place(from) {
                        self.links.push(InnerLink {
                            from,
                            to,
                            rate,
                            is_copy: true,
                        });
                    }
                }
            }
        }
    }

    fn block(&self, first: usize, len: usize) -> Block {
        let inside = |node: usize| node >= first && node < first + len;
        let rate_between = |from: usize, to: usize| {
            let link = self
                .links
                .iter()
                .find(|l| !l.is_copy && l.from == from && l.to == to);
            link.map(|l| l.rate)
        };
        let outward = (first..first + len)
            .map(|node| {
                let onward = self
                    .links
                    .iter()
                    .filter(|l| !l.is_copy && l.from == node && !inside(l.to));
                self.leaves[node]
                    .iter()
                    .copied()
                    .chain(onward.map(|l| l.rate))
                    .collect()
            })
            .collect();
        let spokes = (first + 1..first + len)
            .filter_map(|node| Some((rate_between(first, node)?, rate_between(node, first)?)))
            .collect();
        let inward = self
            .links
            .iter()
            .filter(|l| inside(l.to) && !inside(l.from))
            .copied()
            .collect();
        Block {
            first,
            len,
            outward,
            spokes,
            inward,
        }
    }
}

/// `reach[a][b]`: drug in `a` can come to be, or be read, in `b`. Every compartment reaches itself.
fn reachability(network: &Network) -> Vec<Vec<bool>> {
    let n = network.names.len();
    let mut reach = vec![vec![false; n]; n];
    for (node, row) in reach.iter_mut().enumerate() {
        row[node] = true;
    }
    for edge in &network.edges {
        match *edge {
            Edge::Flow { from, to } | Edge::Copy { from, to } => reach[from][to] = true,
            Edge::Loss { .. } => {}
        }
    }
    for via in 0..n {
        let onward = reach[via].clone();
        for row in &mut reach {
            if row[via] {
                for (to, &reached) in row.iter_mut().zip(&onward) {
                    *to |= reached;
                }
            }
        }
    }
    reach
}

/// Strongly connected groups, upstream before downstream.
fn ordered_groups(kept: &[usize], reach: &[Vec<bool>]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for &node in kept {
        match groups
            .iter_mut()
            .find(|g| reach[g[0]][node] && reach[node][g[0]])
        {
            Some(group) => group.push(node),
            None => groups.push(vec![node]),
        }
    }
    let mut ordered: Vec<Vec<usize>> = Vec::with_capacity(groups.len());
    while !groups.is_empty() {
        // A group that no other remaining group reaches always exists: reachability between
        // different strongly connected groups has no cycle.
        let next = (0..groups.len())
            .find(|&candidate| {
                (0..groups.len()).all(|other| {
                    other == candidate || !reach[groups[other][0]][groups[candidate][0]]
                })
            })
            .unwrap_or(0);
        ordered.push(groups.remove(next));
    }
    ordered
}

/// The compartment through which all flows of the group pass, each way, if there is one.
fn hub_of(group: &[usize], network: &Network) -> Option<usize> {
    let flows: Vec<(usize, usize)> = network
        .edges
        .iter()
        .filter_map(|edge| match *edge {
            Edge::Flow { from, to } if group.contains(&from) && group.contains(&to) => {
                Some((from, to))
            }
            Edge::Flow { .. } | Edge::Loss { .. } | Edge::Copy { .. } => None,
        })
        .collect();
    group.iter().copied().find(|&hub| {
        flows.iter().all(|&(from, to)| from == hub || to == hub)
            && group.iter().all(|&spoke| {
                spoke == hub || (flows.contains(&(hub, spoke)) && flows.contains(&(spoke, hub)))
            })
    })
}
