#include "wire.h"

#include <string.h>

static const char *const DIRECTIONS[2] = { "import", "export" };

static void print_hex(const uint8_t *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	char pair[3] = { 0 };

	for (; length; length--, bytes++) {
		pair[0] = digits[*bytes >> 4];
		pair[1] = digits[*bytes & 15];
		wire_print(pair);
	}
}

static void print_number(uint64_t number)
{
	char digits[21];
	char *at = digits + sizeof digits - 1;

	*at = 0;
	do {
		*--at = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	wire_print(at);
}

static void print_slot(const char *word, const struct opening *opening)
{
	wire_print(word);
	wire_print(" ");
	print_number(opening->device);
	wire_print(" ");
	print_number(opening->period);
	wire_print(" ");
	wire_print(DIRECTIONS[opening->direction]);
	wire_print(" ");
}

/* Whether a line goes on with this word; steps behind it. */
static int word(const char **line, const char *expected)
{
	size_t length = strlen(expected);

	if (strncmp(*line, expected, length) || ((*line)[length] && (*line)[length] != ' '))
		return 0;
	*line += length + ((*line)[length] == ' ');
	return 1;
}

static int number(const char **line, uint64_t *value)
{
	uint64_t digit;

	if (**line < '0' || **line > '9')
		return 0;
	for (*value = 0; **line >= '0' && **line <= '9'; ++*line) {
		digit = (uint64_t)(**line - '0');
		if (*value > (UINT64_MAX - digit) / 10)
			return 0;
		*value = *value * 10 + digit;
	}
	if (**line && **line != ' ')
		return 0;
	*line += **line == ' ';
	return 1;
}

static int hex_digit(char digit)
{
	return digit >= '0' && digit <= '9'   ? digit - '0'
	       : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
	                                      : -1;
}

static int bytes32(const char **line, uint8_t bytes[32])
{
	int i, high, low;

	for (i = 0; i < 32; i++, *line += 2) {
		high = hex_digit((*line)[0]);
		low = high < 0 ? -1 : hex_digit((*line)[1]);
		if (low < 0)
			return 0;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	*line += **line == ' ';
	return 1;
}

static const char *name(enum meter_error error)
{
	switch (error) {
	case METER_NOT_REGISTERED:
		return "NotRegistered";
	case METER_OTHER_CHAIN:
		return "OtherChain";
	case METER_CLOCK_BEFORE_BIRTH:
		return "ClockBeforeBirth";
	case METER_CLOCK_BACK:
		return "ClockBack";
	case METER_CLOCK_AHEAD:
		return "ClockAhead";
	case METER_FLASH_FULL:
		return "FlashFull";
	default:
		return "None";
	}
}

static void fail(const char *what)
{
	wire_print("error ");
	wire_print(what);
	wire_print("\n");
}

static void chain(struct meter *meter, const char *line)
{
	struct schedule schedule;
	struct opening opening;
	enum meter_error error;
	uint64_t device, now, after = 0;
	uint8_t genesis[32];

	if (!number(&line, &device) || device >= NOT_REGISTERED || !bytes32(&line, genesis) ||
	    !number(&line, &now) || !number(&line, &schedule.period) ||
	    !number(&line, &schedule.start) || !number(&line, &schedule.length) || *line) {
		fail("NotUnderstood");
		return;
	}
	error = meter_register(meter, (uint32_t)device, genesis, now, &schedule);
	if (!error)
		error = meter_clock(meter, now, &schedule);
	if (error)
		fail(name(error));
	while (meter_next(meter, STORE_TO_SEND, &after, &opening)) {
		print_slot("commit", &opening);
		print_hex(opening.commitment, sizeof opening.commitment);
		wire_print(" ");
		print_hex(opening.signature, sizeof opening.signature);
		wire_print("\n");
	}
}

static void openings(const struct meter *meter)
{
	struct opening opening;
	uint64_t after = 0;
	int i;

	while (meter_next(meter, STORE_TO_HAND, &after, &opening)) {
		print_slot("opening", &opening);
		print_number(opening.reading);
		for (i = 0; i < 4; i++) {
			wire_print(" ");
			print_number(opening.salt[i]);
		}
		wire_print("\n");
	}
	memset(&opening, 0, sizeof opening);
}

static void done(const struct meter *meter, enum store_mark mark, const char *line)
{
	struct opening opening;
	uint64_t device, period, after = 0;
	uint32_t direction, place;

	if (!number(&line, &device) || !number(&line, &period)) {
		fail("NotUnderstood");
		return;
	}
	direction = word(&line, DIRECTIONS[1]) ? 1 : 0;
	while ((place = meter_next(meter, mark, &after, &opening)))
		if (opening.device == device && opening.period == period &&
		    opening.direction == direction)
			store_done(mark, place);
}

void wire_hello(const struct meter *meter)
{
	wire_print("meter ");
	print_hex(meter->public_key, sizeof meter->public_key);
	wire_print("\n");
}

void wire_answer(struct meter *meter, const char *line)
{
	if (word(&line, "chain"))
		chain(meter, line);
	else if (word(&line, "recorded"))
		done(meter, STORE_TO_SEND, line);
	else if (word(&line, "openings"))
		openings(meter);
	else if (word(&line, "kept"))
		done(meter, STORE_TO_HAND, line);
	else
		fail("NotUnderstood");
	wire_print("done\n");
}
