//! Identifiers and statements in bytes and in JSON, field by field. A diff here breaks calls, events,
//! runtime APIs or JSON-RPC for whoever has the other form.

use codec::{Decode, Encode};
use meterproof_primitives::{
	Claim, Direction, Directions, GroupId, GroupStatement, PublicPart, Resource, SealedTerms,
	SignedCommitment, Split, SplitStatement, TransferStatement, UsageStatement,
};
use serde_json::to_string;
use sp_runtime::AccountId32;

fn hex(bytes: &[u8]) -> String {
	bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A value has these bytes, and these bytes are that value.
#[track_caller]
fn pinned<T: Encode + Decode + PartialEq + std::fmt::Debug>(value: &T, bytes: &str) {
	let encoded = value.encode();
	assert_eq!(hex(&encoded), bytes);
	assert_eq!(T::decode(&mut &encoded[..]).as_ref(), Ok(value));
}

fn of(byte: u8) -> String {
	hex(&[byte; 32])
}

const SAMPLE: GroupId<AccountId32> = GroupId {
	operator: AccountId32::new([0x11; 32]),
	zone: 0x0405_0607,
	resource: Resource::Heat,
	direction: Direction::Export,
};

#[test]
fn identifiers_in_bytes() {
	let resources = [Resource::Electricity, Resource::Water, Resource::Heat, Resource::Gas];
	pinned(&resources, "00010203");
	pinned(&[Direction::Import, Direction::Export], "0001");
	pinned(&[Directions::Import, Directions::Export, Directions::Both], "000102");
	pinned(&SAMPLE, &format!("{}070605040201", of(0x11)));
}

#[test]
fn identifiers_in_json() {
	let resources = [Resource::Electricity, Resource::Water, Resource::Heat, Resource::Gas];
	assert_eq!(to_string(&resources).unwrap(), r#"["electricity","water","heat","gas"]"#);
	let directions = [Directions::Import, Directions::Export, Directions::Both];
	assert_eq!(to_string(&directions).unwrap(), r#"["import","export","both"]"#);
	let group = r#"{"operator":"5CT5jwBEAhveEjgiSCQbkaKcKcUyF3VJ8qNXM9rXsuQyn3Kd","zone":67438087,"resource":"heat","direction":"export"}"#;
	assert_eq!(to_string(&SAMPLE).unwrap(), group);
	assert_eq!(serde_json::from_str::<GroupId<AccountId32>>(group).unwrap(), SAMPLE);
}

#[test]
fn what_a_meter_sends() {
	let item = SignedCommitment {
		device: 0x0102_0304,
		period: 0x0102_0304_0506_0708,
		direction: Direction::Export,
		commitment: [0x22; 32],
		signature: [0x33; 64],
	};
	let bytes =
		format!("04030201080706050403020101{}{}", of(0x22), [of(0x33), of(0x33)].concat());
	pinned(&item, &bytes);
}

#[test]
fn claims() {
	pinned(&Claim::AtLeast(0x0102_0304_0506_0708), "000807060504030201");
	pinned(&Claim::AtMost(2), "010200000000000000");
	pinned(&Claim::Exactly(3), "020300000000000000");
	pinned(&Claim::AtLeastHidden([0x44; 32]), &format!("03{}", of(0x44)));
}

#[test]
fn usage_statements() {
	let statement = UsageStatement {
		genesis: [0x55; 32],
		period: 0x0102_0304_0506_0708,
		groups: vec![
			GroupStatement {
				group: SAMPLE,
				claim: Claim::AtLeast(1_500),
				slots: vec![(7, [0x66; 32]), (0x0102_0304, [0x67; 32])],
				slack_commitment: [0x77; 32],
			},
			GroupStatement {
				group: GroupId { operator: AccountId32::new([0x12; 32]), ..SAMPLE },
				claim: Claim::AtLeastHidden([0x44; 32]),
				slots: vec![(9, [0x68; 32])],
				slack_commitment: [0x78; 32],
			},
		],
	};
	let bytes = [
		of(0x55).as_str(),
		"0807060504030201",
		"08",
		&of(0x11),
		"070605040201",
		"00dc05000000000000",
		"08",
		"07000000",
		&of(0x66),
		"04030201",
		&of(0x67),
		&of(0x77),
		&of(0x12),
		"070605040201",
		"03",
		&of(0x44),
		"04",
		"09000000",
		&of(0x68),
		&of(0x78),
	]
	.concat();
	pinned(&statement, &bytes);
}

#[test]
fn transfer_statements() {
	let statement = |public| TransferStatement {
		genesis: [0x55; 32],
		asset: 0x0102_0304,
		root: [1; 32],
		nullifiers: [[2; 32], [3; 32]],
		outputs: [[4; 32], [5; 32]],
		ciphertexts: [6; 32],
		public,
	};
	let prefix = [
		of(0x55).as_str(),
		"04030201",
		&of(1),
		&of(2),
		&of(3),
		&of(4),
		&of(5),
		&of(6),
	]
	.concat();
	let account = AccountId32::new([0x11; 32]);
	let amount = 0x0102_0304_0506_0708;
	pinned(
		&statement(PublicPart::Shield { from: account.clone(), amount }),
		&format!("{prefix}00{}0807060504030201", of(0x11)),
	);
	pinned(
		&statement(PublicPart::<AccountId32>::Transfer { fee: 9 }),
		&format!("{prefix}010900000000000000"),
	);
	pinned(
		&statement(PublicPart::Unshield { to: account, amount, fee: 9 }),
		&format!("{prefix}02{}08070605040302010900000000000000", of(0x11)),
	);
}

#[test]
fn split_statements() {
	let statement = SplitStatement {
		genesis: [0x55; 32],
		period: 0x0102_0304_0506_0708,
		asset: 0x0102_0304,
		splits: vec![Split {
			terms: SealedTerms {
				trade: 0x1112_1314_1516_1718,
				quantity: 0x2122_2324,
				rate: 0x3132_3334_3536_3738,
				payout: [4; 32],
				refund: [5; 32],
				key_commitment: [6; 32],
			},
			quantity_commitment: [7; 32],
			outputs: [[8; 32], [9; 32]],
			ciphertexts: [10; 32],
		}],
	};
	let bytes = [
		of(0x55).as_str(),
		"0807060504030201",
		"04030201",
		"04",
		"1817161514131211",
		"24232221",
		"3837363534333231",
		&of(4),
		&of(5),
		&of(6),
		&of(7),
		&of(8),
		&of(9),
		&of(10),
	]
	.concat();
	pinned(&statement, &bytes);
}
