/* The life of a meter: keys at its first boot, a clock that it does not trust, a commitment for each register in each
 * period, sent when somebody listens. */
#ifndef METER_H
#define METER_H

#include "store.h"

#include "meterproof_device.h"

/* The chain was not made before this: Unix milliseconds. */
#ifndef METER_BIRTH
#define METER_BIRTH UINT64_C(1700000000000)
#endif

/* How many periods a clock may go ahead by at once: three days of quarters of an hour. A step of the salt secret cannot
 * be taken back, so that a clock of whoever is at the other end of the wire must not take thousands. */
#ifndef METER_STEPS
#define METER_STEPS 288
#endif

enum meter_error {
	METER_OK = 0,
	METER_NOT_REGISTERED,     /* no number on a chain yet: nothing is committed to */
	METER_OTHER_CHAIN,        /* registered on another chain, or by another number */
	METER_CLOCK_BEFORE_BIRTH, /* the time is before the chain's */
	METER_CLOCK_BACK,         /* the time is before a period that is committed to */
	METER_CLOCK_AHEAD,        /* more than METER_STEPS periods at once */
	METER_FLASH_FULL          /* openings wait for the gateway and the owner; the registers go on counting */
};

/* The chain's periods: `period` began at `start` and lasts `length`, in Unix milliseconds. */
struct schedule {
	uint64_t period, start, length;
};

struct meter {
	struct state state;
	meterproof_key key;
	uint8_t public_key[32];
};

/* After each start. Makes keys if there are none. */
void meter_boot(struct meter *meter);

/* The number that the registration gave the meter, and the chain. Once; afterwards it only compares. The registers
 * count from here on. */
enum meter_error meter_register(struct meter *meter, uint32_t device, const uint8_t genesis[32],
                                uint64_t now, const struct schedule *schedule);

/* The time. Commits to each period that is over. On an error nothing has changed, but of METER_FLASH_FULL, which comes
 * after as many periods as there was room for. */
enum meter_error meter_clock(struct meter *meter, uint64_t now, const struct schedule *schedule);

/* What a gateway or the owner has not had yet, one after the other: a place for store_done, or 0 (store_next). */
uint32_t meter_next(const struct meter *meter, enum store_mark mark, uint64_t *cursor,
                    struct opening *opening);

#endif
