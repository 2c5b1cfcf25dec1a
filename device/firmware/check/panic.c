/* What the firmware defines where the linker finds a call of it. */
#include "meterproof_device.h"

void meterproof_panic(void)
{
	for (;;)
		;
}
