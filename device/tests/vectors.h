/* Every function against the test vectors, for whichever program includes this: it prints nothing and needs four
 * functions of <string.h>.
 *
 * vectors.inc is the table that tests/vectors_table makes of vectors/commitments.json.
 */
#include <string.h>

#include "meterproof_device.h"

struct vector {
	meterproof_slot slot;
	uint32_t reading, counter, ratchets;
	uint8_t first_secret[32], secret[32];
	uint64_t salt[4];
	uint8_t commitment[32], message[METERPROOF_MESSAGE_LENGTH];
	uint8_t seed[32], public_key[32], signature[64];
};

#include "vectors.inc"

#define COUNT (sizeof vectors / sizeof vectors[0])

#define REQUIRE(condition)               \
	do {                             \
		if (!(condition))        \
			return __LINE__; \
	} while (0)

#define SAME(a, b) (memcmp((a), (b), sizeof(b)) == 0)

/* 0, or the line of what is not so. */
static int check(const struct vector *v)
{
	uint8_t secret[32], commitment[32], message[METERPROOF_MESSAGE_LENGTH];
	uint8_t public_key[32], signature[64], overlap[32];
	uint64_t salt[4];
	meterproof_key key;
	uint32_t step;

	memcpy(secret, v->first_secret, sizeof secret);
	for (step = 0; step < v->ratchets; step++)
		REQUIRE(meterproof_ratchet(secret) == METERPROOF_OK);
	REQUIRE(SAME(secret, v->secret));

	REQUIRE(meterproof_salt(secret, &v->slot, v->counter, salt) == METERPROOF_OK);
	REQUIRE(SAME(salt, v->salt));
	REQUIRE(meterproof_commit(&v->slot, v->reading, salt, commitment) == METERPROOF_OK);
	REQUIRE(SAME(commitment, v->commitment));
	REQUIRE(meterproof_message(&v->slot, commitment, message) == METERPROOF_OK);
	REQUIRE(SAME(message, v->message));
	REQUIRE(meterproof_public_key(v->seed, public_key) == METERPROOF_OK);
	REQUIRE(SAME(public_key, v->public_key));

	memset(commitment, 0, sizeof commitment);
	REQUIRE(meterproof_commit_and_sign(v->seed, secret, &v->slot, v->reading, v->counter,
	                                   commitment, signature) == METERPROOF_OK);
	REQUIRE(SAME(commitment, v->commitment));
	REQUIRE(SAME(signature, v->signature));

	memset(commitment, 0, sizeof commitment);
	memset(signature, 0, sizeof signature);
	REQUIRE(meterproof_key_init(&key, v->seed) == METERPROOF_OK);
	REQUIRE(meterproof_key_commit_and_sign(&key, secret, &v->slot, v->reading, v->counter,
	                                       commitment, signature) == METERPROOF_OK);
	REQUIRE(SAME(commitment, v->commitment));
	REQUIRE(SAME(signature, v->signature));
	REQUIRE(meterproof_key_erase(&key) == METERPROOF_OK);
	for (step = 0; step < 28; step++)
		REQUIRE(key.opaque[step] == 0);

	memcpy(overlap, v->seed, sizeof overlap);
	REQUIRE(meterproof_public_key(overlap, overlap) == METERPROOF_OK);
	REQUIRE(SAME(overlap, v->public_key));
	return 0;
}

/* 0, or the line of what is not so. */
static int check_refusals(void)
{
	const struct vector *v = &vectors[0];
	meterproof_slot slot = v->slot;
	uint8_t commitment[32] = { 0x55 }, signature[64] = { 0x55 };
	const uint8_t untouched_commitment[32] = { 0x55 }, untouched_signature[64] = { 0x55 };

	REQUIRE(meterproof_ratchet(NULL) == METERPROOF_NULL_POINTER);
	REQUIRE(meterproof_public_key(NULL, commitment) == METERPROOF_NULL_POINTER);
	REQUIRE(meterproof_public_key(v->seed, NULL) == METERPROOF_NULL_POINTER);
	REQUIRE(meterproof_salt(v->secret, NULL, 0, NULL) == METERPROOF_NULL_POINTER);
	REQUIRE(meterproof_commit(&slot, 0, NULL, commitment) == METERPROOF_NULL_POINTER);
	REQUIRE(meterproof_message(&slot, NULL, NULL) == METERPROOF_NULL_POINTER);
	REQUIRE(meterproof_commit_and_sign(v->seed, NULL, &slot, 0, 0, commitment, signature) ==
	        METERPROOF_NULL_POINTER);
	REQUIRE(meterproof_key_init(NULL, v->seed) == METERPROOF_NULL_POINTER);
	REQUIRE(meterproof_key_commit_and_sign(NULL, v->secret, &slot, 0, 0, commitment, signature) ==
	        METERPROOF_NULL_POINTER);
	REQUIRE(meterproof_key_erase(NULL) == METERPROOF_NULL_POINTER);

	slot.direction = 2;
	REQUIRE(meterproof_commit_and_sign(v->seed, v->secret, &slot, 0, 0, commitment, signature) ==
	        METERPROOF_UNKNOWN_DIRECTION);
	slot.direction = METERPROOF_EXPORT;
	slot.period = UINT64_C(1) << 53;
	REQUIRE(meterproof_commit_and_sign(v->seed, v->secret, &slot, 0, 0, commitment, signature) ==
	        METERPROOF_PERIOD_OUT_OF_RANGE);

	REQUIRE(SAME(commitment, untouched_commitment));
	REQUIRE(SAME(signature, untouched_signature));
	return 0;
}
