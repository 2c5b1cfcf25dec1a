//! Usage proofs, payment on proof, refunds and imbalance.
