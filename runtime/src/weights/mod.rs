//! What the calls of this chain's own pallets weigh: `cargo xtask bench weights` writes the files.
