//! Typed series to accessible SVG.
