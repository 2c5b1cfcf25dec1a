//! How the side of an order is written: storage, calls and JSON-RPC have it so.
#![cfg(all(feature = "codec", feature = "serde"))]

use codec::{Decode, Encode};
use meterproof_clearing::Side;

#[test]
fn a_side_is_a_byte_and_a_word() {
	for (side, byte, word) in [(Side::Bid, 0, "bid"), (Side::Offer, 1, "offer")] {
		assert_eq!(side.encode(), [byte]);
		assert_eq!(Side::decode(&mut &[byte][..]), Ok(side));
		assert_eq!(serde_json::to_value(side).unwrap(), word);
		assert_eq!(serde_json::from_value::<Side>(word.into()).unwrap(), side);
	}
	assert!(Side::decode(&mut &[2][..]).is_err());
}
