//! The pallets' parameters, by subject.

mod consensus;
mod exchange;
mod fees;
mod governance;
mod system;

pub use exchange::*;
pub use fees::*;
pub use governance::*;
pub use system::*;
