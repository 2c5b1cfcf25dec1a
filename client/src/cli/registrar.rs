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
	/// Remove a registrar; the account is the chain's sudo key. Its bond comes free some weeks later, its
	/// attestations stand.
	Remove {
		/// Zone of the registrar.
		#[arg(long)]
		zone: u32,
		/// Account of the registrar.
		address: String,
	},
	/// Resign as a registrar; the bond comes free some weeks later, the attestations stand.
	Resign {
		/// Zone of the registrar.
		#[arg(long)]
		zone: u32,
	},
	/// Get back the bond of a registrar that has left a zone, once it is free.
	ReleaseBond {
		/// Zone that it has left.
		#[arg(long)]
		zone: u32,
		/// Account that has left; without one the account's own. Anyone may ask; it is the account that
		/// gets the bond.
		address: Option<String>,
	},
	/// Show the registrars of a zone.
	List {
		/// Zone whose registrars to show.
		#[arg(long)]
		zone: u32,
	},
}
