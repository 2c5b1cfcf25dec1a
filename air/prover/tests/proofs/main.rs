//! Proving and verifying, end to end: each statement by itself, usage and split together, and hostile
//! bytes in the place of a proof. One program, since each one compiles the prover's generic code anew.

mod hostile;
mod joint;
mod split;
#[path = "../support/mod.rs"]
mod support;
mod transfer;
mod usage;
