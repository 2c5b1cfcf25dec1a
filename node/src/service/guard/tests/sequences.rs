//! Whatever is asked for and whenever the node starts again, nothing is signed twice.

use std::collections::HashMap;

use proptest::{collection::vec, prelude::*};

use super::*;

#[derive(Clone, Debug)]
enum Step {
	Vote(u64, u64, VoteKind, u8),
	Block(u64, u8),
	/// The node ends, and starts again.
	Restart,
	/// The node ends while it writes this vote: before the file has its new name, or after it. The
	/// signature does not leave.
	Cut {
		renamed: bool,
		vote: (u64, u64, VoteKind, u8),
	},
	/// The folder is put back as it was at an earlier moment, by copies: without what was signed since.
	Copy,
	/// A block made since the start is final, in this set at the latest.
	Final,
}

fn kinds() -> impl Strategy<Value = VoteKind> {
	prop_oneof![Just(VoteKind::Propose), Just(VoteKind::Prevote), Just(VoteKind::Precommit)]
}

fn votes() -> impl Strategy<Value = (u64, u64, VoteKind, u8)> {
	(0..3_u64, 1..5_u64, kinds(), 0..3_u8)
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
	let step = prop_oneof![
		12 => votes().prop_map(|(set, round, kind, block)| Step::Vote(set, round, kind, block)),
		6 => (0..9_u64, 0..3_u8).prop_map(|(slot, block)| Step::Block(slot, block)),
		2 => Just(Step::Restart),
		2 => (any::<bool>(), votes()).prop_map(|(renamed, vote)| Step::Cut { renamed, vote }),
		1 => Just(Step::Copy),
		1 => Just(Step::Final),
	];
	vec(step, 1..60)
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..Default::default() })]

	#[test]
	fn no_two_conflicting_signatures_leave(steps in steps()) {
		let folder = tempfile::tempdir().unwrap();
		let aside = tempfile::tempdir().unwrap();
		let (path, kept) = (folder.path().join(file::NAME), aside.path().join(file::NAME));
		// What the chain knows: the latest slot and set that anything was signed in.
		let (mut latest_slot, mut latest_set) = (0, 0);
		let start = |slot: u64| Start { slot, ..START };
		let mut validator = Validator::start(folder.path(), start(0));
		std::fs::copy(&path, &kept).unwrap();
		let mut votes: HashMap<(u64, u64, VoteKind), u8> = HashMap::new();
		let mut blocks: HashMap<u64, u8> = HashMap::new();
		for step in steps {
			match step {
				Step::Vote(set, round, kind, block) => {
					if validator.votes(set, round, kind, block) {
						latest_set = latest_set.max(set);
						let first = *votes.entry((set, round, kind)).or_insert(block);
						prop_assert_eq!(first, block, "{:?} in round {} of set {}", kind, round, set);
					}
				},
				Step::Block(slot, block) => {
					if validator.makes(&header(slot, block)) {
						latest_slot = latest_slot.max(slot);
						let first = *blocks.entry(slot).or_insert(block);
						prop_assert_eq!(first, block, "in slot {}", slot);
					}
				},
				Step::Restart => {
					std::fs::copy(&path, &kept).unwrap();
					validator = Validator::start(folder.path(), start(latest_slot));
				},
				Step::Cut { renamed, vote: (set, round, kind, block) } => {
					let vote = Vote::read(&payload(set, round, kind, block)).unwrap();
					let record = validator.guard.state().record.clone().unwrap();
					if let Ok(Some(next)) = record.with_vote(validator.voter.0, vote) {
						let file = GuardFile::new(folder.path());
						match renamed {
							true => file.write(&next).unwrap(),
							false => file.write_draft(&next).unwrap(),
						}
					}
					validator = Validator::start(folder.path(), start(latest_slot));
				},
				Step::Copy => {
					std::fs::remove_file(&path).unwrap();
					std::fs::copy(&kept, &path).unwrap();
					validator = Validator::start(folder.path(), start(latest_slot));
				},
				Step::Final => {
					if matches!(validator.guard.doubt(), Some((Some(_), _))) {
						validator.guard.settle(latest_set).unwrap();
					}
				},
			}
		}
	}
}
