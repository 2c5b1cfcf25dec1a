//! Identifiers and statements in bytes and in JSON, field by field. A diff here breaks calls, events,
//! runtime APIs or JSON-RPC for whoever has the other form.

use codec::{Decode, Encode};
use meterproof_primitives::{
	api::{NoteInfo, SealedInfo, StatementLine},
	Claim, Direction, Directions, GroupId, GroupStatement, NoteCiphertext, NoteContent, NoteEntry,
	Output, PublicPart, Quantity, Resource, Sealed, SealedBuyer, SealedStatements, SealedTerms,
	SharedKey, SignedCommitment, Slot, Split, SplitStatement, TransferStatement, UsageStatement,
	SEALED_KEY_LENGTH,
};
use scale_info::TypeInfo;
use serde_json::{from_str, json, to_string};
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
	assert_eq!(from_str::<GroupId<AccountId32>>(group).unwrap(), SAMPLE);
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
	let bytes = format!("04030201080706050403020101{}{}", of(0x22), [of(0x33), of(0x33)].concat());
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
fn claims_in_json() {
	for (claim, json) in [
		(Claim::AtLeast(1), json!({ "atLeast": 1 })),
		(Claim::AtMost(2), json!({ "atMost": 2 })),
		(Claim::Exactly(3), json!({ "exactly": 3 })),
		(Claim::AtLeastHidden([0x44; 32]), json!({ "atLeastHidden": hash(0x44) })),
	] {
		assert_eq!(serde_json::to_value(claim).unwrap(), json);
		assert_eq!(serde_json::from_value::<Claim>(json).unwrap(), claim);
	}
}

#[test]
fn usage_statements() {
	let statement = UsageStatement {
		genesis: [0x55; 32],
		period: 0x0102_0304_0506_0708,
		resource: SAMPLE.resource,
		groups: vec![
			GroupStatement {
				operator: SAMPLE.operator,
				zone: SAMPLE.zone,
				direction: SAMPLE.direction,
				claim: Claim::AtLeast(1_500),
				slots: vec![
					Slot { device: 7, commitment: [0x66; 32] },
					Slot { device: 0x0102_0304, commitment: [0x67; 32] },
				],
				slack_commitment: [0x77; 32],
			},
			GroupStatement {
				operator: AccountId32::new([0x12; 32]),
				zone: SAMPLE.zone,
				direction: SAMPLE.direction,
				claim: Claim::AtLeastHidden([0x44; 32]),
				slots: vec![Slot { device: 9, commitment: [0x68; 32] }],
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

/// All groups of a statement have one resource: bytes that say otherwise are none, nor are those of no
/// group.
#[test]
fn no_usage_statements() {
	type Statement = UsageStatement<AccountId32>;
	let slots = || vec![(9u32, [0x68u8; 32])];
	let of = |group: GroupId<AccountId32>| (group, Claim::AtLeast(1), slots(), [0x78u8; 32]);
	let decoded =
		|groups: Vec<_>| Statement::decode(&mut &([0x55u8; 32], 8u64, groups).encode()[..]);
	assert_eq!(decoded(vec![of(SAMPLE), of(SAMPLE)]).map(|read| read.resource), Ok(Resource::Heat));
	let other = GroupId { resource: Resource::Gas, ..SAMPLE };
	assert!(decoded(vec![of(SAMPLE), of(other)]).is_err());
	assert!(decoded(vec![]).is_err());
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
	let prefix =
		[of(0x55).as_str(), "04030201", &of(1), &of(2), &of(3), &of(4), &of(5), &of(6)].concat();
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
		splits: vec![Split::new(
			&SealedTerms {
				trade: 0x1112_1314_1516_1718,
				quantity: 0x2122_2324,
				rate: 0x3132_3334_3536_3738,
				payout: [4; 32],
				refund: [5; 32],
				key_commitment: [6; 32],
			},
			[7; 32],
			[[8; 32], [9; 32]],
			[10; 32],
		)],
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

fn hash(byte: u8) -> String {
	format!("0x{}", of(byte))
}

/// A usage statement in JSON. What a prover adds is absent from what a node forms.
fn usage_in_json(slack: &str) -> String {
	format!(
		r#"{{"genesis":"{}","period":8,"groups":[{{"group":{{"operator":"5CT5jwBEAhveEjgiSCQbkaKcKcUyF3VJ8qNXM9rXsuQyn3Kd","zone":7,"resource":"heat","direction":"export"}},"claim":{{"atLeast":1500}},"slots":[{{"device":7,"commitment":"{}"}}]{slack}}},{{"group":{{"operator":"5CUQ61VmsjapsAVSAUuTZyGiLDPmi85ZGPCeCefm92CqFA9f","zone":7,"resource":"heat","direction":"export"}},"claim":{{"atLeastHidden":"{}"}},"slots":[{{"device":9,"commitment":"{}"}}]}}]}}"#,
		hash(0x55),
		hash(0x66),
		hash(0x44),
		hash(0x68),
	)
}

fn usage() -> UsageStatement<AccountId32> {
	let group = |operator, claim, device, commitment| GroupStatement {
		operator: AccountId32::new([operator; 32]),
		zone: 7,
		direction: Direction::Export,
		claim,
		slots: vec![Slot { device, commitment: [commitment; 32] }],
		slack_commitment: [0; 32],
	};
	UsageStatement {
		genesis: [0x55; 32],
		period: 8,
		resource: Resource::Heat,
		groups: vec![
			group(0x11, Claim::AtLeast(1_500), 7, 0x66),
			group(0x12, Claim::AtLeastHidden([0x44; 32]), 9, 0x68),
		],
	}
}

#[test]
fn usage_statements_in_json() {
	let mut statement = usage();
	assert_eq!(to_string(&statement).unwrap(), usage_in_json(""));
	assert_eq!(from_str::<UsageStatement<_>>(&usage_in_json("")).unwrap(), statement);
	let null = usage_in_json(r#","slackCommitment":null"#);
	assert_eq!(from_str::<UsageStatement<_>>(&null).unwrap(), statement);
	let proved = usage_in_json(&format!(r#","slackCommitment":"{}""#, hash(1)));
	statement.groups[0].slack_commitment = [1; 32];
	assert_eq!(from_str::<UsageStatement<_>>(&proved).unwrap(), statement);
	assert_eq!(to_string(&statement).unwrap(), proved);
}

#[test]
fn what_is_no_usage_statement_in_json() {
	type Statement = UsageStatement<AccountId32>;
	let good = usage_in_json("");
	for (from, to) in [
		(
			r#""resource":"heat","direction":"export"},"claim":{"atLeast""#,
			r#""resource":"gas","direction":"export"},"claim":{"atLeast""#,
		),
		(r#""atLeast":1500"#, r#""atLeast":"1500""#),
		(r#""atLeast":1500"#, r#""about":1500"#),
		(&hash(0x66)[..], &hash(0x66)[..64]),
		(&hash(0x66)[..], "0xzz"),
		("heat", "Heat"),
	] {
		let bad = good.replacen(from, to, 1);
		assert_ne!(bad, good);
		assert!(from_str::<Statement>(&bad).is_err(), "{bad}");
	}
	assert!(from_str::<Statement>(&format!(
		r#"{{"genesis":"{}","period":8,"groups":[]}}"#,
		hash(1)
	))
	.is_err());
}

#[test]
fn split_statements_in_json() {
	let terms = SealedTerms {
		trade: 3,
		quantity: u32::MAX,
		rate: (1 << 60) - 1,
		payout: [4; 32],
		refund: [5; 32],
		key_commitment: [6; 32],
	};
	let split = Split::new(&terms, [7; 32], [[8; 32], [9; 32]], [10; 32]);
	let statement = SplitStatement { genesis: [1; 32], period: 2, asset: 0, splits: vec![split] };
	let text = format!(
		r#"{{"genesis":"{}","period":2,"asset":0,"splits":[{{"terms":{{"trade":3,"quantity":4294967295,"rate":"1152921504606846975","payout":"{}","refund":"{}","keyCommitment":"{}"}},"quantityCommitment":"{}","outputs":["{}","{}"],"ciphertexts":"{}"}}]}}"#,
		hash(1),
		hash(4),
		hash(5),
		hash(6),
		hash(7),
		hash(8),
		hash(9),
		hash(10),
	);
	assert_eq!(to_string(&statement).unwrap(), text);
	assert_eq!(from_str::<SplitStatement>(&text).unwrap(), statement);
	for (from, to) in [
		(r#""1152921504606846975""#, r#""-1""#),
		(r#""1152921504606846975""#, "1152921504606846975"),
		(r#""trade":3"#, r#""trade":3,"more":0"#),
		(r#""asset":0"#, r#""asset":0,"more":0"#),
		(r#""quantity":4294967295"#, r#""quantity":4294967296"#),
	] {
		let bad = text.replacen(from, to, 1);
		assert_ne!(bad, text);
		assert!(from_str::<SplitStatement>(&bad).is_err(), "{bad}");
	}
	let both = SealedStatements { usage: usage(), split: statement };
	let of_both = format!(r#"{{"usage":{},"split":{text}}}"#, usage_in_json(""));
	assert_eq!(to_string(&both).unwrap(), of_both);
	assert_eq!(from_str::<SealedStatements<_>>(&of_both).unwrap(), both);
}

#[test]
fn a_period_settled_sealed_shows_its_sum_and_no_quantity() {
	let line = |delivered: Option<Quantity>, sealed: Option<u128>| StatementLine {
		trade: 1,
		period: 2,
		seller: 3u64,
		buyer: 4u64,
		contracted: 100,
		delivered,
		paid: delivered.map(|_| 500u128),
		refunded: delivered.map(|_| 0),
		penalty: delivered.map(|_| 0),
		sealed,
	};
	let json = serde_json::to_value(line(None, Some(1_700))).unwrap();
	assert_eq!(json["sealed"], json!("1700"));
	for hidden in ["delivered", "paid", "refunded", "penalty"] {
		assert_eq!(json.get(hidden), Some(&json!(null)));
	}
	let json = serde_json::to_value(line(Some(100), None)).unwrap();
	assert_eq!((&json["delivered"], &json["paid"]), (&json!(100), &json!("500")));
	assert_eq!(json.get("sealed"), Some(&json!(null)));
}

/// Clients may know types of the chain by these names.
#[test]
fn shared_types_keep_their_place_in_the_metadata() {
	let paths = [NoteCiphertext::type_info(), Output::type_info(), SharedKey::type_info()]
		.map(|info| info.path.segments.join("::"));
	assert_eq!(
		paths,
		[
			"meterproof_primitives::payment::NoteCiphertext",
			"meterproof_primitives::payment::Output",
			"meterproof_primitives::sealed::SharedKey",
		]
	);
}

#[test]
fn ciphertexts_are_read_as_the_runtime_api_shows_them() {
	for auditor in [None, Some([4; 144])] {
		let ciphertext =
			NoteCiphertext { ephemeral: [1; 32], note: [2; 184], outgoing: [3; 112], auditor };
		let content = NoteContent::Split { ciphertext: ciphertext.clone() };
		let note = NoteInfo::new(0, NoteEntry { commitment: [5; 32], asset: 0, block: 1, content });
		let mut json = serde_json::to_value(note).unwrap()["content"].take();
		assert_eq!(json.as_object_mut().unwrap().remove("kind"), Some(json!("split")));
		assert_eq!(serde_json::to_value(&ciphertext).unwrap(), json);
		assert_eq!(serde_json::from_value::<NoteCiphertext>(json).unwrap(), ciphertext);
	}
}

#[test]
fn the_buyers_part_of_a_sealed_trade_is_null_until_it_accepts() {
	let shared = SharedKey { commitment: [3; 32], ciphertext: [4; SEALED_KEY_LENGTH] };
	let buyer = SealedBuyer { refund_key: [2; 32], shared };
	let json = |buyer| {
		let sealed = SealedInfo::from(Sealed { payout_key: [1; 32], buyer });
		serde_json::to_value(sealed).unwrap()
	};
	assert_eq!(
		json(None),
		json!({
			"payoutKey": hash(1), "refundKey": null, "keyCommitment": null, "sealedKey": null,
		})
	);
	assert_eq!(
		json(Some(buyer)),
		json!({
			"payoutKey": hash(1),
			"refundKey": hash(2),
			"keyCommitment": hash(3),
			"sealedKey": format!("0x{}", "04".repeat(SEALED_KEY_LENGTH)),
		})
	);
}
