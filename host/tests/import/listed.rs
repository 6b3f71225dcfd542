//! Listed rows of compiled images.
