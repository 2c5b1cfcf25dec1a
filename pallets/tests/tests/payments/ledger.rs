//! A plain ledger of notes, compared with the pallet over random operations. The ledger knows what
//! is in every note, and so which proofs there could be: here the verifier accepts all of them.
//!
//! `METERPROOF_LEDGER_OPERATIONS` says how many operations, where the default is not enough;
//! `METERPROOF_LEDGER_SEED` which.

use std::collections::{BTreeMap, BTreeSet};

use meterproof_primitives::{public_randomness, AssetId, Digest, Output, PayNotes};
use meterproof_programs::note::{empty_roots, node, nullifier, nullifier_key, Note, TREE_DEPTH};

use super::*;
use fungibles::Mutate;

const OPERATIONS: u32 = 2_000;
const ASSETS: [AssetId; 2] = [NATIVE_ASSET, LOCAL];
const PEOPLE: [AccountId; 2] = [ALICE, BOB];

/// SplitMix64: the same operations for the same seed, everywhere.
struct Dice(u64);

impl Dice {
	fn roll(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let mut z = self.0;
		z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		z ^ (z >> 31)
	}

	fn below(&mut self, end: u64) -> u64 {
		self.roll() % end
	}

	fn one_in(&mut self, n: u64) -> bool {
		self.below(n) == 0
	}

	fn pick<T: Clone>(&mut self, from: &[T]) -> T {
		from[self.below(from.len() as u64) as usize].clone()
	}

	/// Below the field modulus in each word.
	fn digest(&mut self) -> Digest {
		let mut bytes = [0; 32];
		for word in bytes.chunks_mut(8) {
			word.copy_from_slice(&(self.roll() >> 1).to_le_bytes());
		}
		bytes
	}
}

/// A tree with all of its nodes.
struct Tree {
	levels: Vec<Vec<Digest>>,
	empty: [Digest; TREE_DEPTH + 1],
}

impl Tree {
	fn new() -> Self {
		Self { levels: vec![vec![]; TREE_DEPTH + 1], empty: empty_roots() }
	}

	fn len(&self) -> u32 {
		self.levels[0].len() as u32
	}

	fn push(&mut self, leaf: Digest) {
		let mut index = self.levels[0].len();
		self.levels[0].push(leaf);
		for depth in 0..TREE_DEPTH {
			index >>= 1;
			let child = |i: usize| self.levels[depth].get(i).copied().unwrap_or(self.empty[depth]);
			let parent = node(&child(2 * index), &child(2 * index + 1)).unwrap();
			let level = &mut self.levels[depth + 1];
			level.truncate(index);
			level.push(parent);
		}
	}

	fn root(&self) -> Digest {
		self.levels[TREE_DEPTH].first().copied().unwrap_or(self.empty[TREE_DEPTH])
	}
}

/// A note, and what spends it.
#[derive(Clone)]
struct Line {
	asset: AssetId,
	amount: u64,
	nullifier: Digest,
	spent: bool,
}

/// A payment that was tried.
#[derive(Clone)]
struct Attempt {
	asset: AssetId,
	public: PublicPart<AccountId>,
	/// Which lines it spends.
	spends: Vec<usize>,
	/// What it makes.
	makes: [Note; 2],
	body: PaymentBody,
	/// Whether the payment takes out more than its notes hold, so that no proof of it can be made.
	lies: bool,
}

struct Ledger {
	dice: Dice,
	key: Digest,
	tree: Tree,
	lines: Vec<Line>,
	spent: BTreeSet<Digest>,
	/// Every root there was, the newest last.
	roots: Vec<Digest>,
	accounts: BTreeMap<(AssetId, AccountId), u128>,
	totals: BTreeMap<AssetId, Totals>,
	tried: Vec<Attempt>,
	accepted: u32,
	refused: u32,
}

impl Ledger {
	fn new(seed: u64) -> Self {
		let tree = Tree::new();
		let mut accounts = BTreeMap::new();
		for asset in ASSETS {
			for who in [ALICE, BOB, AUTHOR, NOBODY] {
				accounts.insert((asset, who), balance(asset, &who));
			}
		}
		Self {
			dice: Dice(seed),
			key: nullifier_key(&key(1)).unwrap(),
			roots: vec![tree.root()],
			tree,
			lines: vec![],
			spent: BTreeSet::new(),
			accounts,
			totals: ASSETS.map(|asset| (asset, Totals::default())).into(),
			tried: vec![],
			accepted: 0,
			refused: 0,
		}
	}

	fn minimum(asset: AssetId) -> u128 {
		if asset == NATIVE_ASSET {
			DEPOSIT
		} else {
			LOCAL_MINIMUM
		}
	}

	/// What payments cost, written down a second time.
	fn fee(asset: AssetId, public: &PublicPart<AccountId>) -> u64 {
		let times = if asset == NATIVE_ASSET { 1 } else { 2 };
		match public {
			PublicPart::Shield { .. } => 0,
			PublicPart::Transfer { .. } => 30 * times,
			PublicPart::Unshield { .. } => 40 * times,
		}
	}

	fn worth(&self, asset: AssetId) -> u128 {
		let of_asset = self.lines.iter().filter(|line| line.asset == asset && !line.spent);
		of_asset.map(|line| u128::from(line.amount)).sum()
	}

	fn note(&mut self, asset: AssetId, amount: u64) -> Note {
		Note { asset, amount, owner: owner_of(&key(1)), randomness: self.dice.digest() }
	}

	/// A payment of up to two notes that balances, but for what is wrong on purpose.
	fn draw(&mut self) -> Option<Attempt> {
		let asset = self.dice.pick(&ASSETS);
		let kind = self.dice.below(3);
		let mut spends = vec![];
		let wanted = if kind == 0 { self.dice.below(3) } else { 1 + self.dice.below(2) };
		for _ in 0..wanted {
			// Recent notes mostly; now and then one that is spent.
			let recent = self.lines.len().min(40) as u64;
			if recent == 0 {
				break;
			}
			let index = self.lines.len() - 1 - self.dice.below(recent) as usize;
			let line = &self.lines[index];
			if line.asset == asset && !spends.contains(&index) {
				if !line.spent || self.dice.one_in(8) {
					spends.push(index);
				}
			}
		}
		let sum: u64 = spends.iter().map(|index| self.lines[*index].amount).sum();
		let who = self.dice.pick(&PEOPLE);
		let some = 1 + self.dice.below(20_000);
		let public = match kind {
			0 => PublicPart::Shield { from: who, amount: some },
			1 => PublicPart::Transfer { fee: 0 },
			_ => {
				let to = if self.dice.one_in(4) { NOBODY } else { who };
				PublicPart::Unshield { to, amount: 1 + self.dice.below(sum.max(1)), fee: 0 }
			},
		};
		let due = Self::fee(asset, &public);
		let (public, left) = match public {
			PublicPart::Shield { from, amount } => {
				(PublicPart::Shield { from, amount }, sum + amount)
			},
			PublicPart::Transfer { .. } => {
				(PublicPart::Transfer { fee: due }, sum.checked_sub(due)?)
			},
			PublicPart::Unshield { to, amount, .. } => (
				PublicPart::Unshield { to, amount, fee: due },
				sum.checked_sub(due)?.checked_sub(amount)?,
			),
		};
		let first = self.dice.below(left + 1);
		let makes = [self.note(asset, first), self.note(asset, left - first)];
		let mut nullifiers = spends.iter().map(|index| self.lines[*index].nullifier);
		let mut next = || nullifiers.next();
		let (one, two) = (next(), next());
		let nullifiers =
			[one.unwrap_or_else(|| self.dice.digest()), two.unwrap_or_else(|| self.dice.digest())];
		let recent = self.roots.len().min(usize::try_from(MAX_ROOTS).unwrap()) as u64;
		let root = self.roots[self.roots.len() - 1 - self.dice.below(recent) as usize];
		let body = PaymentBody {
			root,
			nullifiers,
			outputs: makes.map(|note| Output {
				commitment: note.commitment().unwrap(),
				ciphertext: ciphertext(false),
			}),
			proof: Default::default(),
		};
		Some(Attempt { asset, public, spends, makes, body, lies: false })
	}

	/// Spoils a payment in one way, or not.
	fn spoil(&mut self, mut attempt: Attempt) -> Attempt {
		match self.dice.below(24) {
			0 => attempt.asset = 99,
			1 => match &mut attempt.public {
				PublicPart::Shield { amount, .. } => *amount = 0,
				PublicPart::Transfer { fee } | PublicPart::Unshield { fee, .. } => *fee += 1,
			},
			2 => attempt.body.root = self.dice.digest(),
			3 => attempt.body.root = self.roots[0],
			4 => attempt.body.nullifiers[1] = attempt.body.nullifiers[0],
			5 => attempt.body.outputs[1].commitment = [0xff; 32],
			6 => attempt.body.outputs[0].ciphertext.auditor = Some([0; 144]),
			7 => match &mut attempt.public {
				// Out of nothing. What the pool owes is the last bound.
				PublicPart::Unshield { amount, .. } => {
					*amount = u64::try_from(self.worth(attempt.asset)).unwrap() + 1;
					attempt.lies = true;
				},
				PublicPart::Shield { amount, .. } => {
					*amount = u64::MAX;
					attempt.lies = true;
				},
				PublicPart::Transfer { .. } => {},
			},
			_ => {},
		}
		attempt
	}

	/// What must become of it, by the ledger alone.
	fn expected(&self, attempt: &Attempt) -> Result<(), PaymentRefusal> {
		let Attempt { asset, public, body, .. } = attempt;
		let totals = self.totals.get(asset).ok_or(PaymentRefusal::UnknownAsset)?;
		let due = Self::fee(*asset, public);
		match public {
			PublicPart::Shield { amount: 0, .. } | PublicPart::Unshield { amount: 0, .. } => {
				return Err(PaymentRefusal::AmountZero)
			},
			PublicPart::Transfer { fee } | PublicPart::Unshield { fee, .. } if *fee != due => {
				return Err(PaymentRefusal::WrongFee)
			},
			_ => {},
		}
		if body.outputs.iter().any(|output| output.ciphertext.auditor.is_some()) {
			return Err(PaymentRefusal::AuditorCiphertextUnexpected);
		}
		if body.outputs.iter().any(|output| output.commitment == [0xff; 32]) {
			return Err(PaymentRefusal::NotCanonical);
		}
		if body.nullifiers[0] == body.nullifiers[1] {
			return Err(PaymentRefusal::SameNullifiers);
		}
		let in_force = self.roots.iter().rev().take(MAX_ROOTS as usize);
		if !in_force.clone().any(|root| *root == body.root) {
			return Err(PaymentRefusal::UnknownRoot);
		}
		if body.nullifiers.iter().any(|nullifier| self.spent.contains(nullifier)) {
			return Err(PaymentRefusal::NullifierSpent);
		}
		let has = |who: &AccountId| self.accounts.get(&(*asset, *who)).copied().unwrap_or_default();
		let owed = totals.shielded - totals.unshielded - totals.fees;
		match public {
			PublicPart::Shield { from, amount } => {
				if has(from) < u128::from(*amount) + Self::minimum(*asset) {
					return Err(PaymentRefusal::InsufficientFunds);
				}
			},
			PublicPart::Transfer { fee } => {
				if owed < u128::from(*fee) {
					return Err(PaymentRefusal::PoolCannotPay);
				}
			},
			PublicPart::Unshield { to, amount, fee } => {
				if owed < u128::from(*amount) + u128::from(*fee) {
					return Err(PaymentRefusal::PoolCannotPay);
				}
				if has(to) + u128::from(*amount) < Self::minimum(*asset) {
					return Err(PaymentRefusal::RecipientCannotReceive);
				}
			},
		}
		Ok(())
	}

	/// Writes an accepted payment down.
	fn enter(&mut self, attempt: &Attempt) {
		let Attempt { asset, public, spends, makes, body, .. } = attempt;
		for index in spends {
			assert!(!self.lines[*index].spent);
			self.lines[*index].spent = true;
		}
		self.spent.extend(body.nullifiers);
		for note in makes {
			self.write(note);
		}
		let totals = self.totals.get_mut(asset).unwrap();
		let mut pay = |who: &AccountId, amount: u64| {
			*self.accounts.entry((*asset, *who)).or_default() += u128::from(amount)
		};
		match public {
			PublicPart::Shield { from, amount } => {
				totals.shielded += u128::from(*amount);
				*self.accounts.get_mut(&(*asset, *from)).unwrap() -= u128::from(*amount);
			},
			PublicPart::Transfer { fee } => {
				totals.fees += u128::from(*fee);
				pay(&AUTHOR, *fee);
			},
			PublicPart::Unshield { to, amount, fee } => {
				totals.unshielded += u128::from(*amount);
				totals.fees += u128::from(*fee);
				pay(to, *amount);
				pay(&AUTHOR, *fee);
			},
		}
	}

	fn write(&mut self, note: &Note) {
		let position = self.tree.len();
		let commitment = note.commitment().unwrap();
		self.tree.push(commitment);
		self.lines.push(Line {
			asset: note.asset,
			amount: note.amount,
			nullifier: nullifier(&self.key, &commitment, position).unwrap(),
			spent: false,
		});
	}

	/// Another pallet pays.
	fn pay(&mut self) {
		let asset = self.dice.pick(&ASSETS);
		let from = self.dice.pick(&PEOPLE);
		let (amount, seed) = (self.dice.below(1_000), self.dice.digest());
		let owner = owner_of(&key(1));
		let free = self.accounts[&(asset, from)] - Self::minimum(asset);
		let possible = amount > 0 && u128::from(amount) <= free;
		if !possible && amount > 0 {
			// Whether the account may end by it is not this ledger's affair.
			return;
		}
		let is_sealed = self.dice.one_in(2);
		let made = if is_sealed {
			let first = self.dice.below(amount + 1);
			vec![self.note(asset, first), self.note(asset, amount - first)]
		} else {
			let randomness = public_randomness(&GENESIS, &seed);
			vec![Note { asset, amount, owner, randomness }]
		};
		let result = if let [first, second] = made[..] {
			let outputs = [first, second].map(|note| Output {
				commitment: note.commitment().unwrap(),
				ciphertext: ciphertext(false),
			});
			Payments::pay_sealed(asset, amount, outputs, |pool| {
				let expendable = Preservation::Expendable;
				NativeAndAssets::transfer(asset, &from, pool, amount.into(), expendable).map(drop)
			})
		} else {
			Payments::pay(asset, &from, amount, owner, seed)
		};
		assert_eq!(result.is_ok(), possible, "{result:?}");
		if possible {
			self.accepted += 1;
			made.iter().for_each(|note| self.write(note));
			*self.accounts.get_mut(&(asset, from)).unwrap() -= u128::from(amount);
			self.totals.get_mut(&asset).unwrap().shielded += u128::from(amount);
		}
	}

	/// Tries a payment on the chain and compares.
	fn attempt(&mut self, attempt: Attempt) {
		let expected = self.expected(&attempt);
		let call = call(attempt.asset, &attempt.public, attempt.body.clone());
		let outcome = match &attempt.public {
			PublicPart::Shield { from, .. } => {
				use frame::deps::frame_support::traits::UnfilteredDispatchable;
				call.dispatch_bypass_filter(RuntimeOrigin::signed(*from))
					.map(|_| ())
					.map_err(|failure| failure.error)
			},
			_ => match (apply(call), expected) {
				(Ok(result), _) => result,
				(Err(error), Err(refusal)) => {
					assert_eq!(error, invalid(refusal));
					Err(Error::<Test>::from(refusal).into())
				},
				(Err(error), Ok(())) => panic!("refused: {error:?}"),
			},
		};
		assert_eq!(outcome, expected.map_err(|refusal| Error::<Test>::from(refusal).into()));
		match expected {
			Ok(()) => {
				self.accepted += 1;
				self.enter(&attempt);
			},
			Err(_) => self.refused += 1,
		}
		if attempt.lies {
			// It could be right some day, and the ledger would not know.
			assert!(expected.is_err());
		} else if self.tried.len() < 100 {
			self.tried.push(attempt);
		} else {
			let place = self.dice.below(100) as usize;
			self.tried[place] = attempt;
		}
	}

	/// Ends the block and compares everything.
	fn close(&mut self) {
		let root = self.tree.root();
		if self.roots.last() != Some(&root) {
			self.roots.push(root);
		}
		blocks(1);
		System::reset_events();
		assert_eq!(Head::<Test>::get().root, root);
		assert_eq!(NextPosition::<Test>::get(), self.tree.len());
		for ((asset, who), expected) in &self.accounts {
			assert_eq!(balance(*asset, who), *expected);
		}
		for asset in ASSETS {
			assert_eq!(Moved::<Test>::get(asset), self.totals[&asset]);
			assert_eq!(pool(asset), self.worth(asset), "what is in the pool is what notes are");
		}
	}
}

fn number(name: &str, default: u64) -> u64 {
	std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

#[test]
fn agrees_with_the_pallet_over_random_operations() {
	let operations = number("METERPROOF_LEDGER_OPERATIONS", OPERATIONS.into());
	let seed = number("METERPROOF_LEDGER_SEED", 1);
	execute(|| {
		Permissive::set(true);
		admit_local(None);
		assert_ok!(Assets::mint(RuntimeOrigin::signed(ISSUER), LOCAL, AUTHOR, 10));
		let issued = (Balances::total_issuance(), Assets::total_supply(LOCAL));
		let mut ledger = Ledger::new(seed);
		for _ in 0..operations {
			match ledger.dice.below(10) {
				0 => ledger.pay(),
				1 if !ledger.tried.is_empty() => {
					let tried = ledger.tried.clone();
					let again = ledger.dice.pick(&tried);
					// What was accepted before is spent; what was refused may be right by now.
					if !again.spends.iter().any(|index| ledger.lines[*index].spent)
						|| ledger.expected(&again).is_err()
					{
						ledger.attempt(again);
					}
				},
				2 => ledger.close(),
				_ => {
					if let Some(attempt) = ledger.draw() {
						let attempt = ledger.spoil(attempt);
						ledger.attempt(attempt);
					}
				},
			}
		}
		ledger.close();
		assert!(ledger.accepted > operations as u32 / 10, "{} accepted", ledger.accepted);
		assert!(ledger.refused > operations as u32 / 20, "{} refused", ledger.refused);
		assert_eq!(issued, (Balances::total_issuance(), Assets::total_supply(LOCAL)));
	});
}
