//! What the tests of every circuit need: what a trace violates, how much of it is free, and a hash
//! that lies.

mod freedom;
mod lying_hash;
mod violations;

pub use freedom::freedom;
pub use lying_hash::LyingHash;
pub use violations::{Checker, Violations};
