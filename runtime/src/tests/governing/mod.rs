//! Governance on the development chain, whose hours are blocks: what referenda, the technical collective
//! and safe mode may do, and what they may not.

mod decisions;
mod emergencies;
mod origins;
mod repairs;
#[cfg(not(feature = "runtime-benchmarks"))]
mod rewriting;
mod upgrades;
mod voting;

use frame_support::traits::{Bounded, StorePreimage};
use pallet_conviction_voting::{AccountVote, Conviction, Vote};
use pallet_governance::Origin;
use pallet_referenda::{ReferendumIndex, ReferendumInfo, ReferendumInfoFor};
use sp_keyring::Sr25519Keyring;
use sp_runtime::{traits::Dispatchable, DispatchError};

use super::chain::Chain;
use crate::*;

type Proposal = Bounded<RuntimeCall, <Runtime as frame_system::Config>::Hashing>;

/// A chain in a block of its own, and everybody's money.
struct Governed {
	chain: Chain,
}

impl Governed {
	fn begin() -> Self {
		let mut chain = Chain::development(850_000_000);
		chain.open_block(1);
		Self { chain }
	}

	/// Goes on to the block that comes so many after this one.
	fn wait(&mut self, blocks: u32) {
		for _ in 0..blocks {
			self.chain.close_block();
			self.chain.open_block(1);
		}
	}

	fn run<R>(&mut self, run: impl FnOnce() -> R) -> R {
		self.chain.execute(run)
	}

	/// Makes a call; what it fails with undoes what it did.
	fn call(
		&mut self,
		origin: impl Into<RuntimeOrigin>,
		call: impl Into<RuntimeCall>,
	) -> Result<(), DispatchError> {
		let (origin, call) = (origin.into(), call.into());
		self.run(|| call.dispatch(origin)).map(|_| ()).map_err(|failed| failed.error)
	}

	/// Proposes a call, with the deposit for a decision.
	fn propose(
		&mut self,
		granted: impl Into<OriginCaller>,
		call: impl Into<RuntimeCall>,
	) -> ReferendumIndex {
		let call = call.into();
		let proposal = self.run(|| Preimage::bound(call)).expect("it is not too long");
		self.propose_bound(granted, proposal)
	}

	/// Proposes what may be in a preimage, with the deposit for a decision.
	fn propose_bound(
		&mut self,
		granted: impl Into<OriginCaller>,
		proposal: Proposal,
	) -> ReferendumIndex {
		let granted = granted.into();
		let index = self.run(pallet_referenda::ReferendumCount::<Runtime>::get);
		let submit = pallet_referenda::Call::submit {
			proposal_origin: Box::new(granted),
			proposal,
			enactment_moment: frame_support::traits::schedule::DispatchTime::After(0),
		};
		self.call(signed(PROPOSER), submit).expect("anyone may propose");
		let deposit = pallet_referenda::Call::place_decision_deposit { index };
		self.call(signed(PROPOSER), deposit).expect("the proposer can pay for it");
		index
	}

	fn vote(
		&mut self,
		who: Sr25519Keyring,
		poll_index: ReferendumIndex,
		aye: bool,
	) -> Result<(), DispatchError> {
		let vote = Vote { aye, conviction: Conviction::Locked1x };
		let vote = AccountVote::Standard { vote, balance: 900_000 * UNIT };
		self.call(signed(who), pallet_conviction_voting::Call::vote { poll_index, vote })
	}

	/// Has nine of the twelve who have money vote for it.
	fn agree(&mut self, index: ReferendumIndex) {
		for who in Sr25519Keyring::well_known().skip(3) {
			self.vote(who, index, true).expect("it goes on, and nobody has voted");
		}
	}

	/// Proposes a call, has it agreed to, and waits until it has been made.
	fn decide(
		&mut self,
		granted: impl Into<OriginCaller>,
		call: impl Into<RuntimeCall>,
	) -> ReferendumIndex {
		let index = self.propose(granted, call);
		self.agree(index);
		let ended = self.wait_for_end(index);
		assert!(matches!(ended, ReferendumInfo::Approved(..)), "{ended:?}");
		// As long as an enactment takes on any track, and a block more.
		self.wait(25);
		index
	}

	/// Waits until a referendum has ended.
	fn wait_for_end(
		&mut self,
		index: ReferendumIndex,
	) -> pallet_referenda::ReferendumInfoOf<Runtime, ()> {
		for _ in 0..400 {
			let info = self.run(|| ReferendumInfoFor::<Runtime>::get(index)).expect("it is known");
			if !matches!(info, ReferendumInfo::Ongoing(_)) {
				return info;
			}
			self.wait(1);
		}
		panic!("referendum {index} does not end");
	}

	fn held(&mut self, who: Sr25519Keyring) -> Balance {
		self.run(|| System::account(who.to_account_id()).data.reserved)
	}
}

/// The account that proposes.
const PROPOSER: Sr25519Keyring = Sr25519Keyring::Dave;
/// The only member of the technical collective.
const MEMBER: Sr25519Keyring = Sr25519Keyring::Alice;

fn root() -> OriginCaller {
	frame_system::RawOrigin::Root.into()
}

fn granted(origin: Origin) -> OriginCaller {
	OriginCaller::Governance(origin)
}

fn signed(who: Sr25519Keyring) -> RuntimeOrigin {
	RuntimeOrigin::signed(who.to_account_id())
}

/// The technical collective, which has one member.
fn motion(call: impl Into<RuntimeCall>) -> pallet_collective::Call<Runtime> {
	let proposal = Box::new(call.into());
	pallet_collective::Call::propose { threshold: 1, proposal, length_bound: 10_000 }
}

#[test]
fn the_tracks_are_sorted_and_each_has_its_origin() {
	use super::super::configs::Tracks;
	use pallet_referenda::TracksInfo;
	Tracks::check_integrity().expect("ids rise");
	let mut governed = Governed::begin();
	governed.run(|| {
		let origins = [
			(root(), "root"),
			(granted(Origin::WhitelistedCaller), "whitelisted"),
			(granted(Origin::ExchangeAdmin), "exchange"),
			(granted(Origin::ValidatorsAdmin), "validators"),
			(granted(Origin::Treasurer), "treasurer"),
		];
		for (origin, name) in origins {
			let id = Tracks::track_for(&origin).expect("it has a track");
			assert_eq!(Tracks::name(id), Some(name));
			let info = Tracks::info(id).expect("a track has periods");
			assert!(info.name.starts_with(name.as_bytes()), "{name}");
			assert!(info.decision_period > info.confirm_period, "{name}");
		}
		let nobody: OriginCaller = frame_system::RawOrigin::None.into();
		assert_eq!(Tracks::track_for(&nobody), Err(()));
		assert_eq!(Tracks::tracks().count(), 5);
	});
}
