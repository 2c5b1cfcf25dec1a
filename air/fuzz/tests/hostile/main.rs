//! The fuzzer finds what it is for, the verifier refuses what it found, and a verification weighs what it
//! takes.

mod corpus;
mod few_points;
mod finds;
mod largest;
mod weights;

use meterproof_fuzz::memory::Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;
