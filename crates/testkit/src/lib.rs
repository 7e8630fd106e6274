//! Clocks, keepers' conformance and browsers for tests.
