//! View models to HTML.
