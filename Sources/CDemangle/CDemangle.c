// For pthread_getattr_np.
#define _GNU_SOURCE

#include "CDemangle.h"

#include <libiberty/demangle.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdbool.h>
#include <string.h>

struct output {
  char *text;
  size_t capacity, length;
  jmp_buf full;
};

// libiberty's printer has no way to stop. It keeps its state on the stack, except for an
// identifier in punycode, so a jump may leave it.
static void append(const char *piece, size_t length, void *opaque) {
  struct output *output = opaque;
  if (length > output->capacity - output->length) longjmp(output->full, 1);
  memcpy(output->text + output->length, piece, length);
  output->length += length;
}

// libiberty refuses names with more bytes than half of the nesting that it allows, however
// flat they are, and C++ has longer ones. 16 KiB of the deepest names were seen to take
// 3 MiB of stack without that limit.
static bool may_nest_deeply(const char *name) {
  if (strlen(name) < DEMANGLE_RECURSION_LIMIT / 2) return false;
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes)) return false;
  size_t size = 0;
  void *lowest;
  pthread_attr_getstack(&attributes, &lowest, &size);
  pthread_attr_destroy(&attributes);
  return size >= 7 << 20;
}

long cdemangle(const char *name, cdemangle_form form, char *text, size_t capacity) {
  struct output output = {.text = text, .capacity = capacity};
  int options = form == CDEMANGLE_RUST ? DMGL_NO_OPTS : DMGL_ANSI;
  if (form == CDEMANGLE_CXX_FULL) options |= DMGL_PARAMS;
  if (form != CDEMANGLE_RUST && may_nest_deeply(name)) options |= DMGL_NO_RECURSE_LIMIT;
  if (setjmp(output.full)) return CDEMANGLE_NO_ROOM;
  int done = form == CDEMANGLE_RUST ? rust_demangle_callback(name, options, append, &output)
                                    : cplus_demangle_v3_callback(name, options, append, &output);
  return done ? (long)output.length : CDEMANGLE_NOT_MANGLED;
}
