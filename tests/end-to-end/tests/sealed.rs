//! Sealed trades: both sides get what they should, and nobody else learns what was delivered.

#[path = "sealed/fallbacks.rs"]
mod fallbacks;
#[path = "sealed/hidden.rs"]
mod hidden;
#[path = "sealed/sides.rs"]
mod sides;
