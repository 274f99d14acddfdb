#include "document.hpp"

void settings_free(settings_document *document) { delete document; }

const char *settings_error(const settings_document *document) {
  return document->error ? document->error->c_str() : nullptr;
}

uint32_t settings_error_line(const settings_document *document) { return document->error_line; }

size_t settings_count(const settings_document *document) { return document->events.size(); }

settings_event settings_at(const settings_document *document, size_t index) {
  const auto &event = document->events[index];
  settings_event result = {};
  result.kind = event.kind;
  result.line = event.line;
  if (event.key) {
    result.key = event.key->data();
    result.key_length = event.key->size();
  }
  result.text = event.text.data();
  result.text_length = event.text.size();
  result.integer = event.integer;
  result.number = event.number;
  return result;
}
