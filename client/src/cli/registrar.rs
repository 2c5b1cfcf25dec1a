//! `registrar`.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum RegistrarCommand {
	/// Appoint a registrar; the account is the chain's sudo key.
	Appoint {
		/// In which zone.
		#[arg(long)]
		zone: u32,
		/// Whom.
		address: String,
	},
	/// Remove a registrar and release its bond; the account is the chain's sudo key. Its
	/// attestations stand.
	Remove {
		/// In which zone.
		#[arg(long)]
		zone: u32,
		/// Whom.
		address: String,
	},
	/// Resign as a registrar; the bond is released, the attestations stand.
	Resign {
		/// In which zone.
		#[arg(long)]
		zone: u32,
	},
	/// Show the registrars of a zone.
	List {
		/// Which zone.
		#[arg(long)]
		zone: u32,
	},
}
