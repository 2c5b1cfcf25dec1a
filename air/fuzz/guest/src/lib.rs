//! The verifier as a Wasm module: what the runtime's code is in the node, without the runtime.
//!
//! Built for `wasm32v1-none`, the runtime's target; for any other it is empty.
#![cfg_attr(target_arch = "wasm32", no_std)]

#[cfg(target_arch = "wasm32")]
mod exports;
#[cfg(target_arch = "wasm32")]
mod memory;
