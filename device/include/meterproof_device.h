/*
 * Meterproof: commit to a meter's reading and sign the commitment.
 *
 * The bytes are specified in docs/device-protocol.md. To build the library:
 *
 *   with an operating system
 *     cargo rustc -p meterproof-device --lib --release --features ffi --crate-type staticlib
 *   without one (for example thumbv7em-none-eabihf; docs/firmware.md has a quicker one)
 *     cargo rustc -p meterproof-device --lib --profile firmware-size --no-default-features \
 *       --features freestanding,small --target TARGET --crate-type staticlib
 *
 * Every function returns METERPROOF_OK, or a negative number and then writes nothing. None of them
 * allocates, keeps state, or keeps a pointer. Arguments may overlap. All are safe to call from
 * several threads.
 *
 * Erase seeds, salt secrets and salts when you no longer need them: the library clears its own
 * copies of keys and secrets, not yours.
 */
#ifndef METERPROOF_DEVICE_H
#define METERPROOF_DEVICE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define METERPROOF_OK 0
#define METERPROOF_NULL_POINTER (-1)
#define METERPROOF_UNKNOWN_DIRECTION (-2)
#define METERPROOF_PERIOD_OUT_OF_RANGE (-3)

#define METERPROOF_IMPORT 0
#define METERPROOF_EXPORT 1

#define METERPROOF_MESSAGE_LENGTH 97

/* One register of one device in one period on one chain. */
typedef struct meterproof_slot {
	uint8_t genesis[32]; /* hash of the chain's block 0 */
	uint64_t period;     /* as metering_period numbers it; below 2^53 */
	uint32_t device;     /* the device's number on the chain */
	uint8_t direction;   /* METERPROOF_IMPORT or METERPROOF_EXPORT */
} meterproof_slot;

/* The Ed25519 public key of a seed (the private key of RFC 8032). */
int32_t meterproof_public_key(const uint8_t seed[32], uint8_t public_key[32]);

/*
 * Commits to a reading (Wh, litre) and signs.
 *
 * salt_secret is the secret of slot->period. counter is 0; to commit to a DIFFERENT reading of a
 * slot already committed to, take a counter never used for that slot. The same arguments give the
 * same bytes.
 */
int32_t meterproof_commit_and_sign(const uint8_t seed[32], const uint8_t salt_secret[32],
                                   const meterproof_slot *slot, uint32_t reading,
                                   uint32_t counter, uint8_t commitment[32],
                                   uint8_t signature[64]);

/*
 * A key for meters that have 224 bytes of memory to spare: made once after a start, it halves the work of each
 * signature. Only meterproof_key_init writes it; do not store it, and do not move what is in it elsewhere.
 */
typedef struct meterproof_key {
	uint64_t opaque[28];
} meterproof_key;

int32_t meterproof_key_init(meterproof_key *key, const uint8_t seed[32]);

/* As meterproof_commit_and_sign. */
int32_t meterproof_key_commit_and_sign(const meterproof_key *key, const uint8_t salt_secret[32],
                                       const meterproof_slot *slot, uint32_t reading,
                                       uint32_t counter, uint8_t commitment[32],
                                       uint8_t signature[64]);

/* Overwrites a key that is no longer needed. */
int32_t meterproof_key_erase(meterproof_key *key);

/* Replaces a period's salt secret by the next period's. Once per period; there is no way back. */
int32_t meterproof_ratchet(uint8_t salt_secret[32]);

/*
 * The parts of meterproof_commit_and_sign.
 *
 * The salt opens the commitment: give it to the owner of the meter and to nobody else.
 */
int32_t meterproof_salt(const uint8_t salt_secret[32], const meterproof_slot *slot,
                        uint32_t counter, uint64_t salt[4]);
int32_t meterproof_commit(const meterproof_slot *slot, uint32_t reading, const uint64_t salt[4],
                          uint8_t commitment[32]);

/* What to sign, where a secure element holds the key. */
int32_t meterproof_message(const meterproof_slot *slot, const uint8_t commitment[32],
                           uint8_t message[METERPROOF_MESSAGE_LENGTH]);

/*
 * YOURS to define where the linker asks for it, which it does in a build with tables: stop or reset the meter; never
 * return. No function above is known to call it.
 */
void meterproof_panic(void);

#ifdef __cplusplus
}
#endif

#endif
