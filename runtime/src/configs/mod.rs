//! The pallets' parameters, by subject.

mod consensus;
mod exchange;
mod fees;
mod governance;
mod payments;
mod system;

pub use consensus::*;
pub use exchange::*;
pub use fees::*;
pub use governance::*;
pub use payments::*;
pub use system::*;
