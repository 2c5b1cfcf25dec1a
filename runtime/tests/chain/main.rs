//! The runtime from outside, in one program: each one links the whole runtime.

mod chain_spec;
mod extensions;
mod indices;
mod upgrade;
mod verifiers;
