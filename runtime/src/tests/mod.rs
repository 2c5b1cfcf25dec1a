//! The whole runtime, driven at random over real storage.
//!
//! [`world`] makes calls that fit the state of the chain, [`chain`] holds that state and makes blocks,
//! [`measure`] says what a call reads and what its weight pays for, [`choices`] draws the lots.

mod chain;
mod choices;
mod day_ahead;
mod fuzz;
mod governing;
mod measure;
#[cfg(not(feature = "runtime-benchmarks"))]
mod tried;
mod weights;
mod world;

#[cfg(not(feature = "runtime-benchmarks"))]
pub use tried::Tried;

use frame_support::{
	parameter_types,
	weights::{constants::ParityDbWeight, RuntimeDbWeight, Weight},
};

parameter_types! {
	/// What reads and writes weigh: the runtime's own prices, unless [`measure::paid`] sets others to
	/// count them.
	pub static DbPrices: RuntimeDbWeight = ParityDbWeight::get();
	/// What the clearing of books takes at most of a block.
	pub static MostClearing: Weight = crate::configs::ClearingWeight::get();
}
