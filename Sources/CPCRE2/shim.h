// heapscope matches names as bytes, so the 8-bit library is the one it needs.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
