// What heapscope needs of the system that has to be C.
#ifndef HEAPSCOPE_CSYSTEM_H
#define HEAPSCOPE_CSYSTEM_H

/// The exit status where memory runs out: EX_OSERR of sysexits.h.
enum { csystem_out_of_memory = 71 };

#endif
