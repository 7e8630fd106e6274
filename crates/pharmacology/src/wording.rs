//! Sentences that stand beside every prediction. Pages take them from here and change nothing.

/// Stands beside every curve and every number.
pub const CAUTION: &str = "Predicted from published models for the average person with this age \
     and weight. Real levels commonly differ by half or double. Not a measurement, not a dosing \
     instruction. Watch the patient.";

/// Stands beside every time at which a level is predicted to fall below another.
pub const NO_DISCHARGE_CRITERION: &str = "A predicted time is a band and never a reason to let \
     anyone go: observation and blood pressure follow the protocol and the label, at least two hours.";

/// Stands beside receptor occupancy.
pub const OCCUPANCY_IS_RELATIVE: &str = "Relative, not measured: published affinities differ \
     twentyfold and no occupancy at this dose has been measured in people.";

/// Stands beside the ranges of dissociation.
pub const DISSOCIATION_IS_OUR_SYNTHESIS: &str = "Ranges put together by us from small studies of \
     racemic ketamine in venous blood; people differ.";

/// Stands where two models are drawn side by side.
pub const TWO_SPREADS: &str = "The band is how people differ within one model; the distance \
     between models is how studies differ. Both are real.";

/// Stands on a predicted curve in the room of a session.
pub const PLAN_NOT_LIVE: &str = "The curve of the plan as prescribed, drawn before the session. \
     Nothing measured in the room changes it.";

/// Stands beside a search for amounts.
pub const SEARCH_IS_AN_AID: &str = "Amounts that would meet the target in the typical person of \
     this model, under the caps given. A planning aid: not a recommended dose, and not a rate to set.";
