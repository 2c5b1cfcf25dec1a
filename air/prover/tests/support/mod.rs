pub mod split;
pub mod transfer;
pub mod usage;
