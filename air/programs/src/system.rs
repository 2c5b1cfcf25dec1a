//! The proof system: one for all statements.

use winter_crypto::{hashers::Blake3_256, DefaultRandomCoin, MerkleTree};
use winter_math::fields::f64::BaseElement;

/// The hash of the proof system: Merkle trees and the transcript. (What circuits hash themselves is
/// [`crate::hash`].)
pub type ProofHash = Blake3_256<BaseElement>;
/// The transcript.
pub type Coin = DefaultRandomCoin<ProofHash>;
/// The vector commitment.
pub type Tree = MerkleTree<ProofHash>;
