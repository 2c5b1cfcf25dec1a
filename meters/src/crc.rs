//! Checksums of 16 bits.

/// CRC-16/X.25, of HDLC frames and SML.
pub fn x25(bytes: &[u8]) -> u16 {
	reflected(bytes, 0xffff) ^ 0xffff
}

/// CRC-16/KERMIT, that some meters take for X.25.
pub fn kermit(bytes: &[u8]) -> u16 {
	reflected(bytes, 0)
}

/// CRC-16/EN-13757, of blocks on the air.
pub fn en13757(bytes: &[u8]) -> u16 {
	let crc = bytes.iter().fold(0u16, |crc, byte| {
		(0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
			(crc << 1) ^ if crc & 0x8000 == 0 { 0 } else { 0x3d65 }
		})
	});
	crc ^ 0xffff
}

/// The polynomial of CCITT, lowest bit first.
fn reflected(bytes: &[u8], initial: u16) -> u16 {
	bytes.iter().fold(initial, |crc, byte| {
		(0..8).fold(crc ^ u16::from(*byte), |crc, _| {
			(crc >> 1) ^ if crc & 1 == 0 { 0 } else { 0x8408 }
		})
	})
}

#[cfg(test)]
mod tests {
	#[test]
	fn the_catalogues_check_values() {
		let check = b"123456789";
		assert_eq!(super::x25(check), 0x906e);
		assert_eq!(super::kermit(check), 0x2189);
		assert_eq!(super::en13757(check), 0xc2b7);
	}
}
