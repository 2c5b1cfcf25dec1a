//! What a prover does most of: Goldilocks field arithmetic, discrete Fourier transforms and Blake3, over
//! the lanes of vector registers.
//!
//! There are no intrinsics here. Every function is plain Rust over arrays of lanes, written so that the
//! compiler turns it into vector instructions, and is compiled several times: for any processor, for one
//! with AVX2, for one with AVX-512. [`dispatch()`] chooses at run time, so that one binary is fast where it
//! can be. What is computed is the same everywhere.
//!
//! For provers only: the functions are not constant-time in their lengths, and nothing here is on chain.

pub mod blake3;
pub mod dft;
pub mod dispatch;
mod lanes;
mod packed;

pub use dispatch::{dispatch, Kernel};
pub use packed::{inverse_all, load, store, Packed, LANES};
