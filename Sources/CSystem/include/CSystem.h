// What heapscope needs of the system that has to be C, or that Swift's own module of
// glibc lacks.
#ifndef HEAPSCOPE_CSYSTEM_H
#define HEAPSCOPE_CSYSTEM_H

// Settings of glibc's allocator.
#include <malloc.h>

#include "format.h"
#include "processor.h"
#include "settings.h"

/// The exit status where memory runs out: EX_OSERR of sysexits.h.
enum { csystem_out_of_memory = 71 };

#endif
