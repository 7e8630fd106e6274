//! Protocols and rules as data, and the decisions over a chart.
