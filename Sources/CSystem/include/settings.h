/* Reads a settings file, which is TOML (by toml++), into a flat list of events that
 * have the lines they stand on. No exception leaves it. */
#ifndef HEAPSCOPE_SETTINGS_H
#define HEAPSCOPE_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  settings_table,       /* its members follow, up to settings_end */
  settings_array,       /* its elements follow, up to settings_end */
  settings_end,
  settings_text,
  settings_integer,
  settings_number,
  settings_flag,        /* the integer is 0 or 1 */
  settings_other,       /* a date or a time; the text says which */
} settings_kind;

typedef struct {
  settings_kind kind;
  uint32_t line;        /* 1 and up; that of the key where there is one */
  const char *key;      /* not terminated; null in an array */
  size_t key_length;
  const char *text;     /* not terminated */
  size_t text_length;
  int64_t integer;
  double number;
} settings_event;

typedef struct settings_document settings_document;

/* Returns a document to be freed, or null without memory. */
settings_document *settings_parse_toml(const char *bytes, size_t length);
void settings_free(settings_document *document);

/* What is wrong, or null; the line that it is on. */
const char *settings_error(const settings_document *document);
uint32_t settings_error_line(const settings_document *document);

size_t settings_count(const settings_document *document);
settings_event settings_at(const settings_document *document, size_t index);

#ifdef __cplusplus
}
#endif
#endif
