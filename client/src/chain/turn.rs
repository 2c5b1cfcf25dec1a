//! One process of this machine at a time signs with an account: the others wait for their turn.
//!
//! Two processes that ask for an account's next nonce at the same time are given the same one, and the
//! pool takes one of both calls, or lets the second take the place of the first. So the account is held
//! from the question until the pool has taken the call. Processes on other machines, and of other
//! users, are not kept out: who meets them signs again.

use std::{
	env,
	fs::{File, OpenOptions, TryLockError},
	os::unix::fs::OpenOptionsExt,
	path::PathBuf,
	time::{Duration, Instant},
};

use subxt::utils::AccountId32;
use subxt_signer::sr25519::Keypair;

use super::Chain;

/// How long to wait at most for other processes, each of which has a node's answers to wait for.
const LIMIT: Duration = Duration::from_secs(60);
/// How often to look.
const POLL: Duration = Duration::from_millis(10);

/// An account's turn; ends when dropped, and with the process.
#[derive(Debug)]
pub struct Turn {
	/// The locked file; `None` where there is no folder for one, or others hold it too long.
	_held: Option<File>,
}

impl Chain {
	/// Waits for this process's turn with an account, no longer than a call may take.
	pub async fn turn(&self, signer: &Keypair) -> Turn {
		let account = signer.public_key().to_account_id();
		Turn::take_within(path(&self.genesis(), &account), LIMIT.min(self.patience.limit)).await
	}
}

impl Turn {
	async fn take_within(path: PathBuf, limit: Duration) -> Self {
		let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
		let Ok(file) = file else { return Self { _held: None } };
		let start = Instant::now();
		loop {
			match file.try_lock() {
				Ok(()) => return Self { _held: Some(file) },
				Err(TryLockError::WouldBlock) if start.elapsed() < limit => {
					tokio::time::sleep(POLL).await;
				},
				Err(_) => return Self { _held: None },
			}
		}
	}
}

/// An empty file that stays: were it removed, a process could hold one that others do not find.
fn path(genesis: &[u8; 32], account: &AccountId32) -> PathBuf {
	let folder = env::var_os("XDG_RUNTIME_DIR").map_or_else(env::temp_dir, PathBuf::from);
	let [genesis, account] = [genesis, &account.0].map(|bytes| hex::encode(&bytes[..8]));
	folder.join(format!("meterproof-{genesis}-{account}.lock"))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[tokio::test]
	async fn an_account_is_held_by_one_at_a_time() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("alice.lock");
		let take = |limit| Turn::take_within(path.clone(), Duration::from_millis(limit));
		let first = take(0).await;
		assert!(first._held.is_some());
		assert!(take(30).await._held.is_none(), "the first has it");
		let (second, ()) = tokio::join!(take(10_000), async {
			tokio::time::sleep(Duration::from_millis(30)).await;
			drop(first);
		});
		assert!(second._held.is_some());
		assert!(Turn::take_within(folder.path().join("no/such"), LIMIT).await._held.is_none());
	}

	#[test]
	fn accounts_and_chains_are_told_apart() {
		let [one, other] = [1, 2].map(|byte| AccountId32([byte; 32]));
		let paths = [path(&[1; 32], &one), path(&[1; 32], &other), path(&[2; 32], &one)];
		assert!(paths[0] != paths[1] && paths[0] != paths[2] && paths[1] != paths[2]);
	}
}
