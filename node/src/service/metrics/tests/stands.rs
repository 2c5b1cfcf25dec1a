use sc_transaction_pool_api::PoolStatus;

use crate::service::metrics::standing::{age, PoolLimits};

#[test]
fn a_pool_is_as_full_as_what_it_has_least_room_for() {
	let limits = PoolLimits { transactions: 100, bytes: 1_000 };
	let status =
		|ready, ready_bytes| PoolStatus { ready, ready_bytes, future: 90, future_bytes: 9 };
	assert_eq!(limits.used(&status(0, 0)), 0.0);
	assert_eq!(limits.used(&status(50, 100)), 0.5);
	assert_eq!(limits.used(&status(1, 900)), 0.9);
	assert_eq!(PoolLimits { transactions: 0, bytes: 0 }.used(&status(1, 0)), 1.0);
}

#[test]
fn a_block_is_as_old_as_its_slot() {
	assert_eq!(age(10_500, Some(4), 2_000, 0), 2.5);
	assert_eq!(age(10_500, Some(9), 2_000, 0), 0.0, "a clock that is behind");
	assert_eq!(age(10_500, None, 2_000, 9_000), 1.5, "the genesis block");
	assert_eq!(age(10_500, Some(u64::MAX), 2_000, 0), 0.0);
}
