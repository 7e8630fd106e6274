//! Append, read, follow, verify: the sealed, chained journal of a clinic.
