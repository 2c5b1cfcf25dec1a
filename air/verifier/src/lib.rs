//! Checks Meterproof's proofs from untrusted bytes; never panics.
