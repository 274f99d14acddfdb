// Asks for the memory at an address to be brought close to the processor. Any address
// will do: there is no fault.
static inline __attribute__((always_inline)) void prefetch(const void *address) {
  __builtin_prefetch(address);
}
