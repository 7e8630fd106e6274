//! Published models: what they say of themselves, their parameters and their network.
//!
//! A model is a file (see [`Model::from_json`]); the files of the repository are compiled in and
//! listed by [`published`]. A clinic or a researcher may give others in the same form.

mod expression;
mod file;
mod parameter;

pub use file::{
    AgeAndWeight, AnalyteFile, ClearanceFile, Kind, LaterDoses, Residual, RouteFile, Sampling,
    Source,
};

pub(crate) use expression::{Changed, Expression};
pub(crate) use parameter::{Typical, cholesky};

use crate::analyte::{Analyte, Drug};
use crate::linear::{Compartment, Network, NetworkError};
use crate::plan::Route;
use file::ModelFile;
use parameter::Parameter;

/// Half-time of equilibration with the effect site, minutes: mean over endpoints in people given
/// esketamine (Olofsen 2012, abstract). The published range by endpoint is [`KE0_HALF_TIME_RANGE_MIN`].
pub const KE0_HALF_TIME_MIN: f64 = 6.1;
/// From no delay at all to 11.8 minutes, by endpoint (Olofsen 2012, abstract).
pub const KE0_HALF_TIME_RANGE_MIN: (f64, f64) = (0.0, 11.8);

/// A published model, checked and ready to be asked.
#[derive(Clone, Debug)]
pub struct Model {
    file: ModelFile,
    pub(crate) parameters: Vec<Parameter>,
    /// Positions of the parameters that vary between people.
    pub(crate) random: Vec<usize>,
    /// Lower triangle of the Cholesky factor of the covariance of `random`, row by row, full rows.
    pub(crate) cholesky: Vec<f64>,
    /// The same covariance, full.
    pub(crate) covariance: Vec<f64>,
    pub(crate) network: Network,
    pub(crate) compartments: Vec<Compartment>,
    pub(crate) rates: Vec<Expression>,
}

/// Why a model file was refused.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The text is not a model file.
    #[error("the model file cannot be read")]
    Unreadable(#[source] serde_json::Error),
    /// A name that nothing in the file declares.
    #[error("{model}: `{name}` in {field} is not declared; declare it or correct the spelling")]
    Undeclared {
        /// The model.
        model: String,
        /// Where the name was used.
        field: &'static str,
        /// The name.
        name: String,
    },
    /// A number outside its domain.
    #[error("{model}: {field} is {value}; {mend}")]
    OutOfRange {
        /// The model.
        model: String,
        /// Which number.
        field: String,
        /// What it was.
        value: f64,
        /// What it must be.
        mend: &'static str,
    },
    /// The covariances are no covariance matrix.
    #[error("{0}: the covariances are not positive definite; check their signs and sizes")]
    Covariance(String),
    /// The compartments and links do not make a network.
    #[error("{model}: the network is not valid")]
    Network {
        /// The model.
        model: String,
        /// Why.
        #[source]
        source: NetworkError,
    },
}

impl Model {
    /// Reads and checks a model file.
    ///
    /// The form is that of the files in the folder `pharmacology/` of the repository: facts about the
    /// study, `parameters` with their units and variability, `compartments`, `links` whose rates are
    /// products and quotients of parameters, `routes` and `analytes`.
    pub fn from_json(text: &str) -> Result<Self, ModelError> {
        let file: ModelFile = serde_json::from_str(text).map_err(ModelError::Unreadable)?;
        let mut parameters = Vec::with_capacity(file.parameters.len() + 1);
        for parameter in &file.parameters {
            parameters.push(Parameter::new(&file.name, parameter)?);
        }
        parameters.push(Parameter::ke0());
        let (random, covariance, cholesky) = parameter::variability(&file, &parameters)?;
        let names: Vec<&str> = parameters.iter().map(|p| p.name.as_str()).collect();
        let mut network = Network::new();
        let mut compartments = Vec::with_capacity(file.compartments.len());
        let wrong = |source| ModelError::Network {
            model: file.name.clone(),
            source,
        };
        for name in &file.compartments {
            compartments.push(network.compartment(name).map_err(wrong)?);
        }
        let mut rates = Vec::with_capacity(file.links.len());
        let place = |field, name: &str| match file.compartments.iter().position(|c| c == name) {
            Some(at) => Ok(compartments[at]),
            None => Err(undeclared(&file.name, field, name)),
        };
        for link in &file.links {
            let from = place("links", &link.from)?;
            match &link.to {
                Some(to) => network.flow(from, place("links", to)?).map_err(wrong)?,
                None => network.loss(from).map_err(wrong)?,
            };
            rates.push(Expression::parse(&file.name, "links", &link.rate, &names)?);
        }
        let model = Self {
            file,
            parameters,
            random,
            cholesky,
            covariance,
            network,
            compartments,
            rates,
        };
        model.check_uses()?;
        Ok(model)
    }

    /// Every name used by routes, analytes and clearance is declared.
    fn check_uses(&self) -> Result<(), ModelError> {
        for route in &self.file.routes {
            for into in &route.into {
                self.compartment("routes", &into.compartment)?;
                self.expression("routes", &into.fraction)?;
                if let Some(over) = &into.over {
                    self.expression("routes", over)?;
                }
            }
            if let Some(later) = &route.later_doses {
                self.parameter("later_doses", &later.parameter)?;
            }
        }
        for analyte in &self.file.analytes {
            self.compartment("analytes", &analyte.compartment)?;
            self.parameter("analytes", &analyte.volume)?;
        }
        for name in self.file.clearance.iter().flat_map(ClearanceFile::names) {
            self.parameter("clearance", name)?;
        }
        Ok(())
    }

    /// The model's name, as `--model` takes it.
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// A title for people.
    pub fn title(&self) -> &str {
        &self.file.title
    }

    /// The drug the model describes; amounts of a plan are of this drug unless the plan says otherwise.
    pub fn drug(&self) -> Drug {
        self.file.drug
    }

    /// Where blood was drawn. A number of this model must never be shown without it.
    pub fn sampling(&self) -> Sampling {
        self.file.sampling
    }

    /// How many people the model was built on, where that is known.
    pub fn n_people(&self) -> Option<u32> {
        self.file.n_people
    }

    /// Who was studied.
    pub fn kind(&self) -> Kind {
        self.file.kind
    }

    /// Who was studied, in words.
    pub fn population(&self) -> &str {
        &self.file.population
    }

    /// The ages and weights that were studied, where known.
    pub fn studied(&self) -> Option<&AgeAndWeight> {
        self.file.studied.as_ref()
    }

    /// How the model is built, in words.
    pub fn structure(&self) -> &str {
        &self.file.structure
    }

    /// Where the numbers come from, and what of it was read.
    pub fn source(&self) -> &Source {
        &self.file.source
    }

    /// What a reader must know before using the model.
    pub fn notes(&self) -> &[String] {
        &self.file.notes
    }

    /// The routes the model has.
    pub fn routes(&self) -> impl Iterator<Item = Route> + '_ {
        self.file.routes.iter().map(|r| r.route)
    }

    /// What the model can predict: its own analytes, then the effect site.
    pub fn analytes(&self) -> Vec<Analyte> {
        let own = self.file.analytes.iter().map(|a| a.analyte);
        own.chain([Analyte::EffectSite]).collect()
    }

    /// Whether the source itself is known to be wrong about this analyte.
    pub fn is_low_confidence(&self, analyte: Analyte) -> bool {
        self.file.low_confidence.contains(&analyte)
    }

    /// How many parameters vary between people.
    pub fn n_random(&self) -> usize {
        self.random.len()
    }

    /// The names of the parameters that vary between people, in the order of every `eta`.
    pub fn random_names(&self) -> impl Iterator<Item = &str> {
        self.random
            .iter()
            .map(|&at| self.parameters[at].name.as_str())
    }

    /// Residual error of an analyte, where the source gives one.
    pub fn residual(&self, analyte: Analyte) -> Option<Residual> {
        self.analyte(analyte).and_then(|a| a.residual)
    }

    /// Whether any parameter changes with age.
    pub fn uses_age(&self) -> bool {
        self.parameters.iter().any(Parameter::uses_age)
    }

    pub(crate) fn route(&self, route: Route) -> Option<&RouteFile> {
        self.file.routes.iter().find(|r| r.route == route)
    }

    pub(crate) fn analyte(&self, analyte: Analyte) -> Option<&AnalyteFile> {
        self.file.analytes.iter().find(|a| a.analyte == analyte)
    }

    pub(crate) fn clearance(&self) -> Option<&ClearanceFile> {
        self.file.clearance.as_ref()
    }

    pub(crate) fn compartment(
        &self,
        field: &'static str,
        name: &str,
    ) -> Result<Compartment, ModelError> {
        match self.file.compartments.iter().position(|c| c == name) {
            Some(at) => Ok(self.compartments[at]),
            None => Err(undeclared(&self.file.name, field, name)),
        }
    }

    pub(crate) fn parameter(&self, field: &'static str, name: &str) -> Result<usize, ModelError> {
        match self.parameters.iter().position(|p| p.name == name) {
            Some(at) => Ok(at),
            None => Err(undeclared(&self.file.name, field, name)),
        }
    }

    pub(crate) fn expression(
        &self,
        field: &'static str,
        text: &str,
    ) -> Result<Expression, ModelError> {
        let names: Vec<&str> = self.parameters.iter().map(|p| p.name.as_str()).collect();
        Expression::parse(&self.file.name, field, text, &names)
    }
}

fn undeclared(model: &str, field: &'static str, name: &str) -> ModelError {
    ModelError::Undeclared {
        model: model.to_owned(),
        field,
        name: name.to_owned(),
    }
}

/// The model files of the repository.
const FILES: [&str; 10] = [
    include_str!("../../../pharmacology/perezruixo2020.json"),
    include_str!("../../../pharmacology/otto2021.json"),
    include_str!("../../../pharmacology/simons2022.json"),
    include_str!("../../../pharmacology/fanta2015.json"),
    include_str!("../../../pharmacology/domino1984.json"),
    include_str!("../../../pharmacology/clements_nimmo1981.json"),
    include_str!("../../../pharmacology/hijazi2003.json"),
    include_str!("../../../pharmacology/herd2007.json"),
    include_str!("../../../pharmacology/hornik2018.json"),
    include_str!("../../../pharmacology/flint2017.json"),
];

/// All published models that come with the crate, the best documented first.
pub fn published() -> Result<Vec<Model>, ModelError> {
    FILES.iter().map(|text| Model::from_json(text)).collect()
}

/// One published model by name.
///
/// ```
/// let otto = pharmacology::model::find("otto2021")?.expect("it is in the catalogue");
/// assert_eq!(otto.n_people(), Some(48));
/// # Ok::<(), pharmacology::model::ModelError>(())
/// ```
pub fn find(name: &str) -> Result<Option<Model>, ModelError> {
    Ok(published()?.into_iter().find(|m| m.name() == name))
}
