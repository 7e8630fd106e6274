//! Routes, forms, sign-in, live streams and assets.
