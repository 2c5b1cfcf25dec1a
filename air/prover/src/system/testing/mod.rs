//! What the tests of every circuit need: what a trace violates, how much of it is free, whether its masks
//! are, and a hash that lies.

mod freedom;
mod lying_hash;
mod masks;
mod violations;

pub use freedom::freedom;
pub use lying_hash::LyingHash;
pub use masks::{equal_mask_cells, unnoticed_changes};
pub use violations::{Checker, Violations};
