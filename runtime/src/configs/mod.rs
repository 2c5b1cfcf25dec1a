//! The pallets' parameters, by subject.

mod bridge;
mod consensus;
mod emergencies;
mod exchange;
mod fees;
mod governance;
mod motions;
mod payments;
mod preimages;
mod referenda;
mod system;
mod tracks;
mod treasury;
mod upgrades;

pub use bridge::*;
pub use consensus::*;
pub use emergencies::*;
pub use exchange::*;
pub use fees::*;
pub use governance::*;
pub use payments::*;
pub use referenda::*;
pub use system::*;
pub use tracks::*;
pub use treasury::*;
pub use upgrades::*;
