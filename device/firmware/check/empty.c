/* Nothing: the linker is told which functions to keep. */
void reset(void);

void reset(void)
{
}
