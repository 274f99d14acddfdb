// printf for one number. Swift can call it only with a list of arguments on the heap, which took
// a quarter of the time of a long report.
#ifndef HEAPSCOPE_FORMAT_H
#define HEAPSCOPE_FORMAT_H

#include <stdio.h>

static inline int formatDouble(char *text, size_t size, const char *format, double value) {
  return snprintf(text, size, format, value);
}

#endif
