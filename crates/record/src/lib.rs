//! The clinic's words: quantities, identifiers, the two times, the entry kinds, and the chart they fold into.
