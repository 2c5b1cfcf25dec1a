//! Token holders of a chain of three validators take root's right from the one account that has it, and
//! pay somebody out of the treasury; and the chain gets other code under load. Hours of governance are blocks.

use std::{fs, time::Duration};

use anyhow::{ensure, Context, Result};
use blake2::{digest::consts::U32, Blake2b, Digest};
use meterproof_driver::{
	account::Account,
	chain::{money, string, Chain},
	client::Client,
	network,
	node::Node,
	programs::Programs,
	serial, wait,
};
use serde_json::{json, Value};

use crate::upgrade;

/// Time for a decision of the track "root", which takes 50 blocks, on a machine that makes them slowly.
const DECISION: Duration = Duration::from_secs(260);

/// Storage key of the runtime's code, `:code`.
const CODE: &str = "0x3a636f6465";

/// Who votes, in the end with three quarters of all tokens.
const VOTERS: [&str; 9] = [
	"Bob",
	"Charlie",
	"Dave",
	"Eve",
	"Ferdie",
	"Alice//stash",
	"Bob//stash",
	"Charlie//stash",
	"Dave//stash",
];

/// The chain. The nodes end before their folder goes.
struct World {
	nodes: Vec<Node>,
	/// Who has root's right at genesis.
	alice: Account,
	/// Who proposes.
	dave: Account,
	voters: Vec<Account>,
}

#[test]
fn a_referendum_takes_the_right_of_root_from_an_account() -> Result<()> {
	serial::scenario(|| {
		let programs = Programs::find()?;
		let folder = tempfile::Builder::new().prefix("meterproof-e2e-").tempdir()?;
		let nodes = network::start(&programs, folder.path())?;
		let first = nodes.first().context("no validators")?;
		let client = Client::new(&programs.client, &first.url(), "//Alice", folder.path());
		let voters = VOTERS.iter().map(|name| Account::well_known(&client, name));
		let mut world = World {
			alice: Account::well_known(&client, "Alice")?,
			dave: Account::well_known(&client, "Dave")?,
			voters: voters.collect::<Result<_>>()?,
			nodes,
		};
		let own = folder.path().join("own.wasm");
		fs::write(&own, world.code()?)?;
		let own = own.to_string_lossy();
		let code = folder.path().join("code.wasm");
		fs::write(&code, upgrade::other_code(&world.code()?))?;
		let code = code.to_string_lossy();
		let wrong = folder.path().join("wrong.wasm");
		fs::write(&wrong, b"other code")?;
		let wrong = wrong.to_string_lossy();

		// What the chain would refuse in the end is refused before anything is paid.
		let dave = world.dave.client.clone();
		assert_eq!(dave.refusal(&["gov", "upgrade", "apply", &code])?, "NothingAuthorized");
		let newer = ["gov", "upgrade", "propose", &own];
		assert_eq!(dave.refusal(&newer)?, "SpecVersionNeedsToIncrease");
		assert_eq!(dave.refusal(&["gov", "upgrade", "propose", &wrong])?, "CodeUnreadable");

		// Referenda of one track are decided side by side.
		let authorize = upgrade::authorize(&Blake2b::<U32>::digest(fs::read(&*code)?).into());
		let authorised = world.propose(&["--track", "root", "--call", &authorize])?;
		let migrate = upgrade::remove_sudo_and_migrate();
		let removal = world.propose(&["--track", "root", "--call", &migrate])?;
		let payment = world.propose(&["--pay", "0.000001", "--to", &world.alice.address])?;
		for referendum in [&authorised, &payment] {
			world.agree(referendum)?;
		}
		let load = upgrade::Load::new(&world.alice, &client, &world.nodes[0])?;

		world.wait_until_approved(&authorised)?;
		world.wait_for("the upgrade to be authorised", |status| !status["upgrade"].is_null())?;
		// The code that was decided about is no other.
		assert_eq!(dave.refusal(&["gov", "upgrade", "apply", &wrong])?, "Unauthorized");
		dave.run(&["gov", "upgrade", "apply", &code])?;
		assert_eq!(dave.refusal(&["gov", "upgrade", "apply", &code])?, "NothingAuthorized");
		ensure!(world.code()? == fs::read(&*code)?, "the chain has other code");

		// Not before: where commands are slow, what follows from it would be over by now.
		world.agree(&removal)?;
		world.refusals(&removal)?;
		world.wait_until_approved(&removal)?;
		let nodes = std::mem::take(&mut world.nodes);
		world.nodes = upgrade::migrate_under_load(&load, &dave, &programs, nodes)?;
		world.wait_for("sudo to be removed", |status| status["sudo"].is_null())?;
		// Root's right is nobody's.
		let appoint = ["registrar", "appoint", "--zone", "9", &world.dave.address];
		assert_eq!(world.alice.client.refusal(&appoint)?, "RequireSudo");

		world.give_back(&[&authorised, &removal, &payment])?;
		world.all_agree()
	})
}

impl World {
	fn chain(&self) -> &Chain {
		self.nodes[0].chain()
	}

	fn code(&self) -> Result<Vec<u8>> {
		let code = self.chain().rpc().call("state_getStorage", json!([CODE]))?;
		let code = code.as_str().and_then(|code| code.strip_prefix("0x"));
		Ok(hex::decode(code.context("a chain without code")?)?)
	}

	/// Proposes, and puts down what a decision needs; the referendum's number.
	fn propose(&self, what: &[&str]) -> Result<String> {
		let propose = ["gov", "propose", "--with-deposit"];
		let proposed = self.dave.client.run(&[&propose[..], what].concat())?;
		let number = proposed["referendum"].as_u64().context("a proposal without a number")?;
		Ok(number.to_string())
	}

	/// All vote for it, at one time.
	fn agree(&self, referendum: &str) -> Result<()> {
		let vote = ["gov", "vote", referendum, "--aye", "--amount", "900000", "--conviction", "0"];
		let voting: Vec<_> = self.voters.iter().map(|voter| voter.client.start(&vote)).collect();
		for (voter, running) in self.voters.iter().zip(voting) {
			running?.finish(DECISION).with_context(|| format!("{} votes", voter.name))?;
		}
		Ok(())
	}

	/// What nobody may do, by its name.
	fn refusals(&self, referendum: &str) -> Result<()> {
		let voter = &self.voters[1].client;
		let again = ["gov", "vote", referendum, "--nay", "--amount", "5"];
		assert_eq!(voter.refusal(&again)?, "AlreadyVoted");
		let more = ["gov", "vote", referendum, "--aye", "--amount", "9000000"];
		assert_eq!(self.alice.client.refusal(&more)?, "InsufficientFunds");
		assert_eq!(voter.refusal(&["gov", "deposit", referendum])?, "HasDeposit");
		assert_eq!(voter.refusal(&["gov", "refund", referendum])?, "Unfinished");
		let none = ["gov", "vote", "77", "--aye", "--amount", "5"];
		assert_eq!(voter.refusal(&none)?, "NotOngoing");
		assert_eq!(voter.refusal(&["gov", "status", "77"])?, "BadReferendum");
		let unread = ["gov", "propose", "--track", "root", "--call", "0xffffff"];
		assert_eq!(voter.refusal(&unread)?, "CallNotReadable");
		Ok(())
	}

	fn wait_until_approved(&self, referendum: &str) -> Result<()> {
		wait::until("an approval", DECISION, || {
			let shown = self.dave.client.run(&["gov", "status", referendum])?;
			let state = string(&shown, "state")?;
			ensure!(state != "rejected", "{shown}");
			Ok((state == "approved").then_some(()))
		})
	}

	fn wait_for(&self, what: &str, seen: impl Fn(&Value) -> bool) -> Result<()> {
		wait::until(what, DECISION, || {
			Ok(seen(&self.dave.client.run(&["gov", "status"])?).then_some(()))
		})
	}

	/// Deposits and votes come back; nothing of them stays locked.
	fn give_back(&self, referenda: &[&String]) -> Result<()> {
		for referendum in referenda {
			self.wait_until_approved(referendum)?;
			let back = self.voters[1].client.run(&["gov", "refund", referendum])?;
			let refunded = back["refunded"].as_array().context("nothing was refunded")?;
			ensure!(refunded.len() == 2, "{back}");
			let again = self.voters[1].client.refusal(&["gov", "refund", referendum])?;
			assert_eq!(again, "NothingToRefund");
		}
		assert_eq!(self.dave.balance()?.held, 0);
		let voter = &self.voters[1];
		for referendum in referenda {
			voter.client.run(&["gov", "remove-vote", referendum])?;
		}
		let unlocked = voter.client.run(&["gov", "unlock"])?;
		ensure!(money(&unlocked, "locked")? == 0, "{unlocked}");
		assert_eq!(voter.client.refusal(&["gov", "unlock"])?, "NothingToUnlock");
		Ok(())
	}

	/// Everything so far becomes final on all nodes, and they have one chain.
	fn all_agree(&self) -> Result<()> {
		let height = self.chain().best()?;
		self.chain().wait_until_final_at(height)?;
		let hash = self.chain().block_hash(height)?;
		for node in &self.nodes {
			node.chain().wait_until_final_at(height)?;
			ensure!(node.chain().block_hash(height)? == hash, "two chains at {height}");
			node.chain().audit()?;
		}
		Ok(())
	}
}
