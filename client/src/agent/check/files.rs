//! Secrets that others can read, and room on the disk.

use std::{
	fs,
	path::{Path, PathBuf},
};

use meterproof_meters::keys::is_open_to_others;

use super::{Config, Line};

/// Free space below which the agent cannot go on, in bytes.
const LEAST_SPACE: u64 = 64 << 20;
/// Free space below which somebody should look, in bytes.
const LITTLE_SPACE: u64 = 512 << 20;

#[cfg(unix)]
pub(super) fn permissions(path: &Path, config: &Config) -> Vec<Line> {
	use std::os::unix::fs::PermissionsExt;
	let mode = |path: &Path| fs::metadata(path).ok().map(|data| data.permissions().mode() & 0o777);
	let mut lines = Vec::new();
	let secrets = [
		Some(&config.store),
		config.password_file.as_ref(),
		config.phrase_file.as_ref(),
		config.account.as_ref(),
	];
	let wallets = config
		.prove
		.iter()
		.flat_map(|prove| prove.wallets.iter().chain(&prove.wallet_password_file));
	// Faults of sources are reported where the sources are listened to.
	let sources = config.sources().unwrap_or_default();
	let of_sources = sources.iter().flat_map(|source| source.block.settings.secrets());
	let own = secrets.into_iter().flatten().chain(wallets).map(PathBuf::as_path);
	for secret in own.chain(of_sources) {
		let shown = secret.display();
		match mode(secret) {
			None => lines.push(Line::error(
				"permissions",
				format!("{shown} is not there, or may not be looked at"),
				"run the check as the agent's user, and name the right file in the configuration",
			)),
			Some(mode) if is_open_to_others(secret, mode) => lines.push(Line::warning(
				"permissions",
				format!("{shown} is open to others than its owner (mode {mode:03o})"),
				format!("chmod 600 {shown}"),
			)),
			Some(_) => {},
		}
	}
	if mode(path).is_some_and(|mode| mode & 0o022 != 0) {
		lines.push(Line::warning(
			"permissions",
			format!("{} can be changed by others than its owner", path.display()),
			format!("chmod go-w {}", path.display()),
		));
	}
	if lines.is_empty() {
		lines.push(Line::ok("permissions", "secrets are their owner's alone"));
	}
	lines
}

#[cfg(not(unix))]
pub(super) fn permissions(_: &Path, _: &Config) -> Vec<Line> {
	Vec::new()
}

#[cfg(unix)]
pub(super) fn space(config: &Config) -> Vec<Line> {
	let there = config.state.ancestors().find(|path| path.is_dir());
	let Some(there) = there else {
		let remedy = format!("mkdir -p {}", config.state.display());
		return vec![Line::error("disk", "the state folder cannot be made", remedy)];
	};
	let free =
		rustix::fs::statvfs(there).map(|found| found.f_bavail.saturating_mul(found.f_frsize));
	vec![match free {
		Err(error) => Line::error(
			"disk",
			format!("{}: {error}", there.display()),
			"let the agent's user reach the state folder",
		),
		Ok(free) => space_line(there, free),
	}]
}

#[cfg(not(unix))]
pub(super) fn space(_: &Config) -> Vec<Line> {
	Vec::new()
}

fn space_line(path: &Path, free: u64) -> Line {
	let found = format!("{} MiB free at {}", free >> 20, path.display());
	let remedy = "make room: readings that cannot be written down are not committed to";
	match free {
		free if free < LEAST_SPACE => Line::error("disk", found, remedy),
		free if free < LITTLE_SPACE => Line::warning("disk", found, remedy),
		_ => Line::ok("disk", found),
	}
}

#[cfg(test)]
mod tests {
	use super::{super::State, *};

	#[test]
	fn little_room_is_told_before_there_is_none() {
		let state = |mib: u64| space_line(Path::new("/"), mib << 20).state;
		assert_eq!([state(63), state(64), state(512)], [State::Error, State::Warning, State::Ok]);
	}

	#[cfg(unix)]
	#[test]
	fn secrets_that_others_read_are_named() {
		use std::os::unix::fs::PermissionsExt;
		let folder = tempfile::tempdir().unwrap();
		let at = |name: &str, mode| {
			let path = folder.path().join(name);
			fs::write(&path, "x").unwrap();
			fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
			path
		};
		let path = at("agent.toml", 0o644);
		at("m.store", 0o600);
		let password = at("password", 0o644);
		let text = "node = [\"ws://a\"]\nstore = \"m.store\"\nstate = \"s\"\npassword_file = \"password\"\n";
		let config = Config::parse(text, folder.path()).unwrap();
		let lines = permissions(&path, &config);
		assert_eq!(lines.len(), 1, "{lines:?}");
		assert!(lines[0].remedy.as_ref().unwrap().contains(&password.display().to_string()));
		fs::set_permissions(&password, fs::Permissions::from_mode(0o400)).unwrap();
		assert_eq!(permissions(&path, &config)[0].state, State::Ok);
		// Secrets of sources are among them.
		let key = at("mqtt.password", 0o640);
		let source =
			"[[source]]\nkind = \"mqtt\"\nbroker = \"a:1883\"\ntopic = \"t\"\nformat = \"ocmf\"\n\
			user = \"u\"\npassword_file = \"mqtt.password\"\n";
		let config = Config::parse(&format!("{text}{source}"), folder.path()).unwrap();
		let lines = permissions(&path, &config);
		assert_eq!(lines.len(), 1, "{lines:?}");
		assert!(lines[0].remedy.as_ref().unwrap().contains(&key.display().to_string()));
	}
}
