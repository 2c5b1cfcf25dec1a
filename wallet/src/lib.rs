//! A wallet of confidential payments: everything but the chain and the proofs.
//!
//! [`keys`] come from one seed; [`address`] is what a payer is given, [`viewing`] what an auditor
//! is given. [`ciphertext`] carries a note to its recipient, [`scan`] finds it among all the
//! chain's payments, [`tree`] says where it stands, [`notes`] chooses what to spend,
//! [`payment`] puts a payment together, on the tree that [`anchor`] names, [`sent`] remembers what was
//! sent, and [`history`] tells what happened. [`disclosure`] shows
//! one payment to somebody else, [`audit`] all payments of an asset to its auditor. [`trade`] has
//! the keys of sealed trades, [`split`] the notes that settle them. [`file`] keeps a
//! [`wallet::Wallet`] encrypted ([`seal`]).
//!
//! Secrets are erased when dropped, and neither `Debug` nor any error shows them.
//!
//! An address to give away, and a key that sees what is paid to it:
//!
//! ```
//! use meterproof_wallet::{
//!     address::Address,
//!     keys::Seed,
//!     network::{Kind, Network},
//! };
//!
//! let network = Network { kind: Kind::Development, genesis: [9; 32] };
//! let seed = Seed::random()?;
//! let view = seed.viewing_key();
//! let [first, second] = [0, 1].map(|diversifier| view.address_key(diversifier).address());
//! assert_ne!(first, second);
//! let text = first.to_text(&network);
//! assert!(text.starts_with("mpaydev1"));
//! assert_eq!(Address::parse(&network, &text), Ok(first));
//!
//! let other = Network { genesis: [8; 32], ..network };
//! assert!(Address::parse(&other, &text).is_err());
//! # Ok::<_, meterproof_wallet::secret::RandomError>(())
//! ```
#![forbid(unsafe_code)]

pub mod anchor;
pub mod audit;
pub mod error;
pub mod file;
pub mod history;
pub mod keys;
pub mod notes;
pub mod payment;
pub mod scan;
pub mod sent;
pub mod trade;
pub mod wallet;

// Modules stand in folders by subject, and have short names here.
pub use audit::disclosure;
pub use file::{files, seal};
pub use keys::{address, network, secret, viewing};
pub use notes::{ciphertext, memo, tree};
pub use trade::split;

use keys::{kdf, text};
