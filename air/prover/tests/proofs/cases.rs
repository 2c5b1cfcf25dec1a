//! Proving and verifying, end to end: each statement by itself, usage and split together, and hostile
//! bytes in the place of a proof.

mod hostile;
mod joint;
mod split;
mod transfer;
mod usage;
