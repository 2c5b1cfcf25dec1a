use codec::{Compact, Decode};
use frame_support::traits::PalletInfoAccess;
use meterproof_primitives::Resource;
use meterproof_runtime::Sudo;
use sp_runtime::transaction_validity::{
	TransactionLongevity, TransactionPriority, TransactionTag, ValidTransaction,
};

use super::*;

/// A transaction as the pool holds it, with its number for a hash.
struct Pooled {
	number: u32,
	data: Arc<Opaque>,
	requires: Vec<TransactionTag>,
	provides: Vec<TransactionTag>,
}

impl InPoolTransaction for Pooled {
	type Transaction = Arc<Opaque>;
	type Hash = u32;

	fn data(&self) -> &Arc<Opaque> {
		&self.data
	}
	fn hash(&self) -> &u32 {
		&self.number
	}
	fn priority(&self) -> &TransactionPriority {
		&0
	}
	fn longevity(&self) -> &TransactionLongevity {
		&1
	}
	fn requires(&self) -> &[TransactionTag] {
		&self.requires
	}
	fn provides(&self) -> &[TransactionTag] {
		&self.provides
	}
	fn is_propagable(&self) -> bool {
		true
	}
}

/// The pool's order.
struct InOrder(IntoIter<Arc<Pooled>>);

impl Iterator for InOrder {
	type Item = Arc<Pooled>;
	fn next(&mut self) -> Option<Arc<Pooled>> {
		self.0.next()
	}
}

impl ReadyTransactions for InOrder {
	fn report_invalid(&mut self, _: &Arc<Pooled>) {}
}

fn bare(call: RuntimeCall) -> Arc<Opaque> {
	let encoded = UncheckedExtrinsic::new_bare(call).encode();
	Arc::new(Opaque::try_from_encoded_extrinsic(&encoded).unwrap())
}

fn proof(number: u32, requires: &[&[u8]]) -> Arc<Pooled> {
	declaring(number, requires, 1)
}

/// A proof that declares so many trades.
fn declaring(number: u32, requires: &[&[u8]], trades: u32) -> Arc<Pooled> {
	let call = RuntimeCall::Settlement(pallet_settlement::Call::submit_proof {
		period: 1,
		resource: Resource::Water,
		claims: Default::default(),
		slots: 1,
		trades,
		openings: Default::default(),
		proof: vec![0; 60_000].try_into().unwrap(),
	});
	let requires = requires.iter().map(|tag| tag.to_vec()).collect();
	Arc::new(Pooled { number, data: bare(call), requires, provides: vec![] })
}

/// A transaction as long as a proof that is none.
fn remark(number: u32) -> Arc<Pooled> {
	let call = RuntimeCall::System(frame_system::Call::remark { remark: vec![0; 60_000] });
	Arc::new(Pooled { number, data: bare(call), requires: vec![], provides: vec![] })
}

fn commitment(number: u32) -> Arc<Pooled> {
	// The tags as the runtime's pool validation makes them.
	let valid = ValidTransaction::with_tag_prefix(COMMITMENT_POOL_TAG).and_provides(number);
	let provides = valid.build().unwrap().provides;
	let data = bare(RuntimeCall::System(frame_system::Call::remark { remark: vec![] }));
	Arc::new(Pooled { number, data, requires: vec![], provides })
}

fn lanes(pool: &[Arc<Pooled>], quota: usize) -> InLanes<Pooled> {
	InLanes::new(Box::new(InOrder(pool.to_vec().into_iter())), quota)
}

fn numbers(lanes: InLanes<Pooled>) -> Vec<u32> {
	lanes.map(|transaction| transaction.number).collect()
}

#[test]
fn a_block_is_offered_no_more_commitments_than_it_takes() {
	let mut pool: Vec<_> = (0..20_000).map(commitment).collect();
	pool.extend([remark(20_000), proof(20_001, &[]), remark(20_002)]);
	let order = numbers(lanes(&pool, 600));
	let expected: Vec<_> = (0..600).chain([20_001, 20_000, 20_002]).collect();
	assert_eq!(order, expected);
}

#[test]
fn commitments_and_proofs_come_before_what_is_dearer() {
	let pool = [remark(1), remark(2), proof(3, &[]), commitment(4), remark(5), proof(6, &[])];
	assert_eq!(numbers(lanes(&pool, 600)), [4, 3, 6, 1, 2, 5]);
}

#[test]
fn a_proof_that_depends_on_another_transaction_stays_behind_it() {
	let pool = [remark(1), proof(2, &[b"of the first"]), remark(3), proof(4, &[])];
	assert_eq!(numbers(lanes(&pool, 600)), [4, 1, 2, 3]);
}

#[test]
fn a_proof_larger_than_any_reserved_one_has_no_place_before_others() {
	let pool = [declaring(1, &[], 4_000), proof(2, &[]), remark(3)];
	assert_eq!(numbers(lanes(&pool, 600)), [2, 1, 3]);
}

#[test]
fn calls_within_calls_are_no_proof_however_deep_they_go() {
	let inner = RuntimeCall::System(frame_system::Call::remark { remark: vec![] });
	let whole = UncheckedExtrinsic::new_bare(inner.clone()).encode();
	let mut bytes = &whole[..];
	Compact::<u32>::decode(&mut bytes).unwrap();
	let mut deep = bytes[..bytes.len() - inner.encode().len()].to_vec();
	deep.extend([<Sudo as PalletInfoAccess>::index() as u8, 0].repeat(1_000_000));
	deep.extend(inner.encode());
	let data = Arc::new(Opaque::try_from_encoded_extrinsic(&deep.encode()).unwrap());
	let deep = Arc::new(Pooled { number: 1, data, requires: vec![], provides: vec![] });
	assert_eq!(numbers(lanes(&[deep, proof(2, &[])], 600)), [2, 1]);
}

#[test]
fn proofs_that_are_refused_keep_out_neither_other_proofs_nor_the_rest() {
	let mut pool: Vec<_> = (0..MOST_PROOFS as u32 + 9).map(|number| proof(number, &[])).collect();
	pool.push(remark(1_000));
	let mut lanes = lanes(&pool, 600);
	for number in 0..100 {
		let refused = lanes.next().unwrap();
		assert_eq!(refused.number, number);
		lanes.report_invalid(&refused);
	}
	let left: Vec<_> = (100..MOST_PROOFS as u32 + 9).chain([1_000]).collect();
	assert_eq!(numbers(lanes), left);
}

#[test]
fn what_depends_on_a_refused_transaction_is_skipped_and_nothing_else() {
	let after = |number: u32, requires: &[u8], provides: &[u8]| {
		let Pooled { data, .. } = &*remark(number);
		let (requires, provides) = (vec![requires.to_vec()], vec![provides.to_vec()]);
		Arc::new(Pooled { number, data: data.clone(), requires, provides })
	};
	let first = |number: u32, provides: &[u8]| {
		let Pooled { data, .. } = &*remark(number);
		let provides = vec![provides.to_vec()];
		Arc::new(Pooled { number, data: data.clone(), requires: vec![], provides })
	};
	let pool = [
		first(1, b"a0"),
		first(2, b"b0"),
		after(3, b"a0", b"a1"),
		after(4, b"b0", b"b1"),
		after(5, b"a1", b"a2"),
		after(6, b"b1", b"b2"),
	];
	let mut lanes = lanes(&pool, 600);
	let refused = lanes.next().unwrap();
	lanes.report_invalid(&refused);
	assert_eq!(numbers(lanes), [2, 4, 6]);
}
