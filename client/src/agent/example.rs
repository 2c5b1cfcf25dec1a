//! The configuration that `agent init` writes.

/// A commented configuration. Lines after `#: ` are settings that are switched off.
pub const EXAMPLE: &str = include_str!("example.toml");
