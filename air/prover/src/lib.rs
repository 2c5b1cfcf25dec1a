//! Trace generation and hiding STARK proofs for Meterproof's statements.
