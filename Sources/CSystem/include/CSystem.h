// System functions that must be in C, or that Swift's own module of glibc lacks.
#ifndef HEAPSCOPE_CSYSTEM_H
#define HEAPSCOPE_CSYSTEM_H

// Settings of glibc's allocator.
#include <malloc.h>
#include <stddef.h>

#include "format.h"
#include "processor.h"
#include "settings.h"

/// The exit status when memory runs out: EX_OSERR of sysexits.h.
enum { csystem_out_of_memory = 71 };

/// Reports that memory ran out, and ends the process; `size` bytes were requested, 0 when unknown.
_Noreturn void csystem_end_out_of_memory(size_t size);

#endif
