/* Runs on an emulated board: every vector, then what each function of the header costs.
 *
 * Prints lines of words and numbers, which tests/firmware reads:
 *
 *   vectors COUNT
 *   cost FUNCTION TICKS STACK        of the first vector; stack in bytes
 *   spread FUNCTION LEAST MOST       ticks over ROUNDS random seeds, secrets, salts and readings
 */
#include "board.h"
#include "vectors.h"

#ifndef ROUNDS
#define ROUNDS 20
#endif

#define PAINT 0xA5C35A3Cu

static struct {
	uint8_t seed[32], secret[32], commitment[32], signature[64], public_key[32];
	uint8_t message[METERPROOF_MESSAGE_LENGTH];
	meterproof_slot slot;
	meterproof_key key;
	uint64_t salt[4];
	uint32_t reading, counter;
} now;

static volatile int32_t answer;

static void nothing(void)
{
	answer = METERPROOF_OK;
}

static void public_key(void)
{
	answer = meterproof_public_key(now.seed, now.public_key);
}

static void ratchet(void)
{
	answer = meterproof_ratchet(now.secret);
}

static void salt(void)
{
	answer = meterproof_salt(now.secret, &now.slot, now.counter, now.salt);
}

static void commit(void)
{
	answer = meterproof_commit(&now.slot, now.reading, now.salt, now.commitment);
}

static void message(void)
{
	answer = meterproof_message(&now.slot, now.commitment, now.message);
}

static void commit_and_sign(void)
{
	answer = meterproof_commit_and_sign(now.seed, now.secret, &now.slot, now.reading, now.counter,
	                                    now.commitment, now.signature);
}

static void key_init(void)
{
	answer = meterproof_key_init(&now.key, now.seed);
}

static void key_commit_and_sign(void)
{
	answer = meterproof_key_commit_and_sign(&now.key, now.secret, &now.slot, now.reading,
	                                        now.counter, now.commitment, now.signature);
}

static const struct {
	const char *name;
	void (*run)(void);
} subjects[] = {
	{ "nothing", nothing },
	{ "meterproof_commit_and_sign", commit_and_sign },
	{ "meterproof_key_init", key_init },
	{ "meterproof_key_commit_and_sign", key_commit_and_sign },
	{ "meterproof_public_key", public_key },
	{ "meterproof_ratchet", ratchet },
	{ "meterproof_salt", salt },
	{ "meterproof_commit", commit },
	{ "meterproof_message", message },
};

#define SUBJECTS (sizeof subjects / sizeof subjects[0])

static void print_number(uint32_t number)
{
	char digits[12];
	char *at = digits + sizeof digits - 1;

	*at = 0;
	do {
		*--at = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	*--at = ' ';
	board_print(at);
}

/* Not inlined: what measuring itself takes is the same everywhere, and is taken away as the ticks of `nothing`. */
static __attribute__((noinline)) uint32_t ticks_of(void (*run)(void))
{
	uint32_t before = board_ticks();

	run();
	return board_ticks() - before;
}

/* Fills the stack below this function's frame, runs, and looks how deep the paint is gone. */
static __attribute__((noinline)) uint32_t stack_of(void (*run)(void))
{
	register uint32_t *here __asm__("sp");
	uint32_t *const top = here;
	volatile uint32_t *at;

	for (at = board_stack_bottom; at < top; at++)
		*at = PAINT;
	run();
	for (at = board_stack_bottom; at < top && *at == PAINT; at++)
		;
	return (uint32_t)((uintptr_t)top - (uintptr_t)at);
}

static uint32_t random_state = 0x6D657465u;

static uint32_t random_word(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

static void random_bytes(void *to, size_t length)
{
	uint8_t *bytes = to;

	while (length--)
		*bytes++ = (uint8_t)(random_word() >> 24);
}

/* Everything that is secret; of a reading its size as well, so that small ones come as often as large ones. */
static void random_secrets(uint32_t round)
{
	random_bytes(now.seed, sizeof now.seed);
	random_bytes(now.secret, sizeof now.secret);
	random_bytes(now.salt, sizeof now.salt);
	now.reading = random_word() >> (random_word() >> 27);
	if (round == 0)
		memset(now.seed, 0, sizeof now.seed);
	if (round == 1)
		memset(now.secret, 0, sizeof now.secret);
	if (round == 2)
		memset(now.salt, 0, sizeof now.salt);
	if (round == 3)
		memset(now.salt, 0xFF, sizeof now.salt);
	if (round == 4)
		now.reading = 0;
	meterproof_key_init(&now.key, now.seed);
}

static void first_vector(void)
{
	const struct vector *v = &vectors[0];

	now.slot = v->slot;
	now.reading = v->reading;
	now.counter = v->counter;
	memcpy(now.seed, v->seed, sizeof now.seed);
	memcpy(now.secret, v->secret, sizeof now.secret);
	memcpy(now.salt, v->salt, sizeof now.salt);
	meterproof_key_init(&now.key, now.seed);
}

static int fail(const char *what, uint32_t number, int line)
{
	board_print(what);
	print_number(number);
	board_print(", line");
	print_number((uint32_t)line);
	board_print("\n");
	return 1;
}

int main(void)
{
	uint32_t least[SUBJECTS], most[SUBJECTS], i, round, ticks;
	int line;

	for (i = 0; i < COUNT; i++) {
		line = check(&vectors[i]);
		if (line)
			return fail("vector", i, line);
	}
	line = check_refusals();
	if (line)
		return fail("refusals", 0, line);
	board_print("vectors");
	print_number(COUNT);
	board_print("\n");

	for (i = 0; i < SUBJECTS; i++) {
		first_vector();
		ticks = ticks_of(subjects[i].run);
		board_print("cost ");
		board_print(subjects[i].name);
		print_number(ticks);
		print_number(stack_of(subjects[i].run));
		board_print("\n");
		if (answer != METERPROOF_OK)
			return fail("answer", i, __LINE__);
		least[i] = 0xFFFFFFFFu;
		most[i] = 0;
	}

	for (round = 0; round < ROUNDS; round++) {
		random_secrets(round);
		for (i = 0; i < SUBJECTS; i++) {
			ticks = ticks_of(subjects[i].run);
			if (answer != METERPROOF_OK)
				return fail("answer", i, __LINE__);
			if (ticks < least[i])
				least[i] = ticks;
			if (ticks > most[i])
				most[i] = ticks;
		}
	}
	for (i = 0; i < SUBJECTS; i++) {
		board_print("spread ");
		board_print(subjects[i].name);
		print_number(least[i]);
		print_number(most[i]);
		board_print("\n");
	}
	return 0;
}
