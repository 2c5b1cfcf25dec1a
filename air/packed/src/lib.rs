//! What a prover does most of: Goldilocks field arithmetic, discrete Fourier transforms and Blake3, over
//! the lanes of vector registers.
//!
//! There are no intrinsics here. Every function is plain Rust over arrays of lanes, written so that the
//! compiler turns it into vector instructions, and is compiled several times: for any processor, for one
//! with AVX2, for one with AVX-512. [`dispatch()`] chooses at run time, so that one binary is fast where it
//! can be. What is computed is the same everywhere.
//!
//! For provers only: the functions are not constant-time in their lengths, and nothing here is on chain.
//!
//! A polynomial that is evaluated, and found again from its values:
//!
//! ```
//! use meterproof_packed::dft::{evaluate, interpolate, reverse_bits, Roots};
//! use winter_math::{fields::f64::BaseElement, FieldElement};
//!
//! let (roots, shift) = (Roots::new(16), BaseElement::new(7));
//! let polynomial: Vec<_> = (1..=16).map(BaseElement::new).collect();
//! let mut coefficients = polynomial.clone();
//! reverse_bits(&mut coefficients);
//! let mut values = vec![BaseElement::ZERO; 16];
//! evaluate(&coefficients, &mut values, &roots.evaluation(shift, 16));
//! // The first point is the shift itself.
//! let at_shift = polynomial.iter().rev().fold(BaseElement::ZERO, |sum, c| sum * shift + *c);
//! assert_eq!(values[0], at_shift);
//!
//! interpolate(&mut values, &roots.interpolation(shift, 16));
//! reverse_bits(&mut values);
//! let times_16: Vec<_> = polynomial.iter().map(|c| *c * BaseElement::new(16)).collect();
//! assert_eq!(values, times_16);
//! ```

pub mod blake3;
pub mod dft;
pub mod dispatch;
mod lanes;
mod packed;

pub use dispatch::{dispatch, Kernel};
pub use packed::{inverse_all, load, store, Packed, LANES};
