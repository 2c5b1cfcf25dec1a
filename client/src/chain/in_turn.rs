//! Calls whose nonce says what they rest on.

use subxt_signer::sr25519::Keypair;

use super::{Call, Chain, Included, Progress};
use crate::error::{Error, Result};

/// A call that the pool has taken.
pub struct Sent {
	progress: (Progress, u64),
}

impl Chain {
	/// Signs a call with this nonce, in this process's turn with the account, and puts it into the pool. Where
	/// another call of the account came between nothing is signed (`CallBetween`): in the pool of two calls with
	/// one nonce one takes the place of the other. `before` is called before anything is signed.
	pub async fn send_in_turn(
		&self,
		signer: &Keypair,
		call: &Call,
		nonce: u64,
		before: impl FnOnce() -> Result<()>,
	) -> Result<Sent> {
		let _turn = self.turn(signer).await;
		let next = self.rpc.next_nonce(&signer.public_key().to_account_id()).await?;
		ensure_is_next(nonce, next)?;
		before()?;
		let signed = self.sign_with_nonce(signer, call, nonce).await?;
		Ok(Sent { progress: self.watch(signed).await? })
	}

	/// What became of a call that the pool took.
	pub async fn became(&self, sent: Sent) -> Result<Included> {
		self.outcome(sent.progress).await
	}
}

/// Refuses a nonce that is not the account's next one.
fn ensure_is_next(nonce: u64, next: u64) -> Result<()> {
	match nonce == next {
		true => Ok(()),
		false => {
			let message = "another call of the account came between, and nothing was sent";
			Err(Error::new("CallBetween", message))
		},
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_call_takes_no_other_s_place() {
		assert!(ensure_is_next(40, 40).is_ok());
		for next in [39, 41] {
			assert_eq!(ensure_is_next(40, next).unwrap_err().name(), "CallBetween");
		}
	}
}
