//! Wallets that pay each other over a chain in memory.

mod audits;
mod chain;
mod disclosures;
mod files;
mod liars;
mod payments;
mod scanning;
mod settlements;
