//! Compartments and the links between them, without numbers.

/// More compartments than this are refused; the published ketamine models need at most fourteen.
pub(crate) const COMPARTMENTS_MAX: usize = 64;

/// A compartment of a [`Network`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Compartment(pub(crate) usize);

/// A link of a [`Network`]; its position is the position of its rate constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link(pub(crate) usize);

impl Link {
    /// Where the rate constant of this link stands in the list of rates given to a solver.
    pub fn position(self) -> usize {
        self.0
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    Flow { from: usize, to: usize },
    Loss { from: usize },
    Copy { from: usize, to: usize },
}

/// Compartments and links. Rates are given later, one for each link, so that one network serves
/// everyone in a population.
///
/// Three links exist: a *flow* moves drug from one compartment to another, a *loss* takes it out of
/// the network, and a *copy* feeds a reader (an effect site) in proportion to a compartment without
/// taking anything from it.
#[derive(Clone, Debug, Default)]
pub struct Network {
    pub(crate) names: Vec<String>,
    pub(crate) edges: Vec<Edge>,
}

/// Why a network could not be built or compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// Too many compartments.
    #[error(
        "a network has at most {COMPARTMENTS_MAX} compartments; split it or drop what no output needs"
    )]
    TooLarge,
    /// Two links of one kind between the same compartments.
    #[error("`{from}` already has this link to `{to}`; add the two rate constants instead")]
    LinkedTwice {
        /// Where the link starts.
        from: String,
        /// Where the link ends, or "outside".
        to: String,
    },
    /// A link from a compartment to itself.
    #[error("`{0}` is linked to itself; name another compartment as the target")]
    SelfLink(String),
    /// A reader that also takes part in the flows.
    #[error("`{0}` is fed by a copy, so it can only have a loss; use a flow to feed it instead")]
    ReaderFlows(String),
    /// A compartment that belongs to another network.
    #[error("compartment {0} is not in this network; use the one this network returned")]
    Unknown(usize),
}

impl Network {
    /// A network without compartments.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a compartment.
    pub fn compartment(&mut self, name: &str) -> Result<Compartment, NetworkError> {
        if self.names.len() >= COMPARTMENTS_MAX {
            return Err(NetworkError::TooLarge);
        }
        self.names.push(name.to_owned());
        Ok(Compartment(self.names.len() - 1))
    }

    /// Adds a first-order flow: `from` loses `rate * amount`, `to` gains it.
    pub fn flow(&mut self, from: Compartment, to: Compartment) -> Result<Link, NetworkError> {
        self.link(Edge::Flow {
            from: from.0,
            to: to.0,
        })
    }

    /// Adds a first-order loss out of the network.
    pub fn loss(&mut self, from: Compartment) -> Result<Link, NetworkError> {
        self.link(Edge::Loss { from: from.0 })
    }

    /// Adds a copy: `to` gains `rate * amount` of `from`, which loses nothing.
    pub fn copy(&mut self, from: Compartment, to: Compartment) -> Result<Link, NetworkError> {
        self.link(Edge::Copy {
            from: from.0,
            to: to.0,
        })
    }

    /// How many links there are, which is how many rate constants a solver needs.
    pub fn n_links(&self) -> usize {
        self.edges.len()
    }

    fn link(&mut self, edge: Edge) -> Result<Link, NetworkError> {
        let (from, to) = match edge {
            Edge::Flow { from, to } | Edge::Copy { from, to } => (from, Some(to)),
            Edge::Loss { from } => (from, None),
        };
        for index in [Some(from), to].into_iter().flatten() {
            if index >= self.names.len() {
                return Err(NetworkError::Unknown(index));
            }
        }
        if to == Some(from) {
            return Err(NetworkError::SelfLink(self.names[from].clone()));
        }
        if self.edges.contains(&edge) {
            let to = to.map_or_else(|| "outside".to_owned(), |to| self.names[to].clone());
            return Err(NetworkError::LinkedTwice {
                from: self.names[from].clone(),
                to,
            });
        }
        self.edges.push(edge);
        if let Some(reader) = self.reader_that_flows() {
            self.edges.pop();
            return Err(NetworkError::ReaderFlows(self.names[reader].clone()));
        }
        Ok(Link(self.edges.len() - 1))
    }

    fn reader_that_flows(&self) -> Option<usize> {
        (0..self.names.len()).find(|&node| {
            let fed_by_copy = self
                .edges
                .iter()
                .any(|e| matches!(e, Edge::Copy { to, .. } if *to == node));
            let flows = self.edges.iter().any(|e| match e {
                Edge::Flow { from, to } => *from == node || *to == node,
                Edge::Copy { from, .. } => *from == node,
                Edge::Loss { .. } => false,
            });
            fed_by_copy && flows
        })
    }
}
