// Demangles names with binutils' libiberty.
#ifndef HEAPSCOPE_CDEMANGLE_H
#define HEAPSCOPE_CDEMANGLE_H

#include <stddef.h>

typedef enum {
  // Itanium C++: the function's own parameters and return type are left out.
  CDEMANGLE_CXX_NAME,
  // Itanium C++, all of it.
  CDEMANGLE_CXX_FULL,
  // Rust, both forms, without hashes.
  CDEMANGLE_RUST,
} cdemangle_form;

enum { CDEMANGLE_NOT_MANGLED = -1, CDEMANGLE_NO_ROOM = -2 };

/// Writes the demangled name, without a final NUL.
///
/// Returns the length, or `CDEMANGLE_NO_ROOM` when it exceeds `capacity`: a few bytes can
/// expand to billions, so the work ends there.
long cdemangle(const char *name, cdemangle_form form, char *text, size_t capacity);

#endif
