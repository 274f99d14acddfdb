// Instructions that Swift does not provide.
#ifndef HEAPSCOPE_PROCESSOR_H
#define HEAPSCOPE_PROCESSOR_H

#include <stdint.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Prefetches the memory at an address. Any address is allowed: there is no fault.
static inline __attribute__((always_inline)) void prefetch(const void *address) {
  __builtin_prefetch(address);
}

// Returns the highest bit of each of 64 bytes.
static inline __attribute__((always_inline)) uint64_t highBitsOf64(const void *bytes) {
  uint64_t bits = 0;
#if defined(__SSE2__)
  for (int part = 3; part >= 0; part--) {
    __m128i sixteen = _mm_loadu_si128((const __m128i *)bytes + part);
    bits = bits << 16 | (uint64_t)_mm_movemask_epi8(sixteen);
  }
#else
  for (int index = 63; index >= 0; index--) {
    bits = bits << 1 | (uint64_t)(((const uint8_t *)bytes)[index] >> 7);
  }
#endif
  return bits;
}

#endif
