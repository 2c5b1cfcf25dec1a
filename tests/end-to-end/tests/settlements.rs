//! Settlements of each ending, and everything that is refused on the way.

#[path = "settlements/backstop.rs"]
mod backstop;
#[path = "settlements/book.rs"]
mod book;
#[path = "settlements/departed_meters.rs"]
mod departed_meters;
#[path = "settlements/devices.rs"]
mod devices;
#[path = "settlements/endings.rs"]
mod endings;
#[path = "settlements/evidence.rs"]
mod evidence;
#[path = "settlements/hostile_proofs.rs"]
mod hostile_proofs;
#[path = "settlements/household.rs"]
mod household;
#[path = "settlements/methods.rs"]
mod methods;
#[path = "settlements/own_keys.rs"]
mod own_keys;
#[path = "settlements/paid_commitments.rs"]
mod paid_commitments;
#[path = "settlements/refused_commitments.rs"]
mod refused_commitments;
#[path = "settlements/refused_trades.rs"]
mod refused_trades;
#[path = "settlements/standing.rs"]
mod standing;
#[path = "settlements/water.rs"]
mod water;
