//! `registrar`.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum RegistrarCommand {
	/// Appoint a registrar; the account is the chain's sudo key.
	Appoint {
		/// Zone of the registrar.
		#[arg(long)]
		zone: u32,
		/// Account of the registrar.
		address: String,
	},
	/// Remove a registrar and release its bond; the account is the chain's sudo key. Its
	/// attestations stand.
	Remove {
		/// Zone of the registrar.
		#[arg(long)]
		zone: u32,
		/// Account of the registrar.
		address: String,
	},
	/// Resign as a registrar; the bond is released, the attestations stand.
	Resign {
		/// Zone of the registrar.
		#[arg(long)]
		zone: u32,
	},
	/// Show the registrars of a zone.
	List {
		/// Zone whose registrars to show.
		#[arg(long)]
		zone: u32,
	},
}
