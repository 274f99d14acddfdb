#include "CSystem.h"

#include <stdio.h>
#include <unistd.h>

// Swift's runtime calls this when malloc fails. Its own function prints a stack trace and
// aborts; in release builds the linker replaces it by this one (`--wrap` in Package.swift).
// There is no memory left for cleaning up: unfinished files have no name yet, and vanish
// with the process.
_Noreturn void __wrap__ZN5swift28swift_abortAllocationFailureEmm(size_t size, size_t alignment) {
  (void)alignment;
  csystem_end_out_of_memory(size);
}

// Libraries report a failed malloc by a status.
_Noreturn void csystem_end_out_of_memory(size_t size) {
  char text[256], bytes[32] = "";
  if (size > 0) snprintf(bytes, sizeof bytes, "%zu ", size);
  int length = snprintf(
      text, sizeof text,
      "heapscope: out of memory: %smore bytes are not to be had; "
      "raise the limit (ulimit -v, or the container's), or give a smaller profile\n",
      bytes);
  if (length > 0 && write(STDERR_FILENO, text, (size_t)length) < 0) _exit(csystem_out_of_memory);
  _exit(csystem_out_of_memory);
}
