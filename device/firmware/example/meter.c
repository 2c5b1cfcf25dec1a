#include "meter.h"

#include <string.h>

void meter_boot(struct meter *meter)
{
	if (store_load(&meter->state) == STORE_EMPTY) {
		/* A first boot that was cut off comes here again: nobody has seen the keys that it drew. */
		memset(&meter->state, 0, sizeof meter->state);
		meter->state.device = NOT_REGISTERED;
		random_bytes(meter->state.seed, sizeof meter->state.seed);
		random_bytes(meter->state.secret, sizeof meter->state.secret);
		store_save(&meter->state);
	}
	meterproof_key_init(&meter->key, meter->state.seed);
	meterproof_public_key(meter->state.seed, meter->public_key);
}

/* The period that runs at a time. */
static enum meter_error running(uint64_t now, const struct schedule *schedule, uint64_t *period)
{
	if (now < METER_BIRTH || now < schedule->start || schedule->length == 0)
		return METER_CLOCK_BEFORE_BIRTH;
	*period = schedule->period + (now - schedule->start) / schedule->length;
	return METER_OK;
}

enum meter_error meter_register(struct meter *meter, uint32_t device, const uint8_t genesis[32],
                                uint64_t now, const struct schedule *schedule)
{
	struct state next = meter->state;
	enum meter_error error;

	if (next.device != NOT_REGISTERED)
		return next.device == device && !memcmp(next.genesis, genesis, 32) ? METER_OK
		                                                                  : METER_OTHER_CHAIN;
	error = running(now, schedule, &next.period);
	if (error)
		return error;
	next.device = device;
	memcpy(next.genesis, genesis, 32);
	next.totals[0] = register_total(0);
	next.totals[1] = register_total(1);
	store_save(&next);
	meter->state = next;
	return METER_OK;
}

/* Commits to one register in the period that runs. An opening that is already stored stands: the register may have moved
 * on since, and two readings must not share a salt. */
static enum meter_error commit(struct meter *meter, unsigned direction, struct state *next)
{
	struct opening opening;
	meterproof_slot slot;
	uint64_t moved;

	if (!store_find(next->period, direction, &opening)) {
		memset(&opening, 0, sizeof opening);
		memset(&slot, 0, sizeof slot);
		memcpy(slot.genesis, next->genesis, sizeof slot.genesis);
		slot.period = next->period;
		slot.device = next->device;
		slot.direction = (uint8_t)direction;

		moved = register_total(direction) - next->totals[direction];
		opening.period = slot.period;
		opening.device = slot.device;
		opening.direction = direction;
		opening.reading = moved > 0xFFFFFFFFu ? 0xFFFFFFFFu : (uint32_t)moved;
		meterproof_salt(next->secret, &slot, 0, opening.salt);
		meterproof_key_commit_and_sign(&meter->key, next->secret, &slot, opening.reading, 0,
		                               opening.commitment, opening.signature);
		if (store_add(&opening) == STORE_FULL)
			return METER_FLASH_FULL;
	}
	next->totals[direction] += opening.reading;
	memset(&opening, 0, sizeof opening);
	return METER_OK;
}

enum meter_error meter_clock(struct meter *meter, uint64_t now, const struct schedule *schedule)
{
	struct state next = meter->state;
	enum meter_error error;
	uint64_t period;

	if (next.device == NOT_REGISTERED)
		return METER_NOT_REGISTERED;
	error = running(now, schedule, &period);
	if (error)
		return error;
	if (period < next.period)
		return METER_CLOCK_BACK;
	if (period - next.period > METER_STEPS)
		return METER_CLOCK_AHEAD;
	while (next.period < period) {
		error = commit(meter, METERPROOF_IMPORT, &next);
		if (!error)
			error = commit(meter, METERPROOF_EXPORT, &next);
		if (error)
			return error;
		/* Nothing of a period leaves the meter before its secret has gone. */
		meterproof_ratchet(next.secret);
		next.period++;
		store_save(&next);
		meter->state = next;
	}
	return METER_OK;
}

uint32_t meter_next(const struct meter *meter, enum store_mark mark, uint64_t *cursor,
                    struct opening *opening)
{
	return store_next(mark, meter->state.period, cursor, opening);
}
