#include <exception>
#include <new>
#include <string_view>

#include "document.hpp"
#include "toml++/toml.h"

namespace {

void add(settings_document &document, const toml::node &node, const toml::key *key, int depth) {
  settings_document::event event;
  event.line = key ? key->source().begin.line : node.source().begin.line;
  if (key) event.key = std::string(key->str());
  if (depth > settings_document::deepest) {
    document.fail("nested too deep", event.line);
    return;
  }
  if (auto table = node.as_table()) {
    // A table made by a dotted key or [a.b] has the line of its first part alone.
    event.kind = settings_table;
    document.events.push_back(event);
    for (const auto &member : *table) add(document, member.second, &member.first, depth + 1);
    document.events.push_back({settings_end});
    return;
  }
  if (auto array = node.as_array()) {
    event.kind = settings_array;
    document.events.push_back(event);
    for (const auto &element : *array) add(document, element, nullptr, depth + 1);
    document.events.push_back({settings_end});
    return;
  }
  if (auto text = node.as_string()) {
    event.kind = settings_text;
    event.text = text->get();
  } else if (auto integer = node.as_integer()) {
    event.kind = settings_integer;
    event.integer = integer->get();
  } else if (auto number = node.as_floating_point()) {
    event.kind = settings_number;
    event.number = number->get();
  } else if (auto flag = node.as_boolean()) {
    event.kind = settings_flag;
    event.integer = flag->get();
  } else {
    event.kind = settings_other;
    event.text = "a date or time";
  }
  document.events.push_back(event);
}

}  // namespace

settings_document *settings_parse_toml(const char *bytes, size_t length) {
  auto document = new (std::nothrow) settings_document;
  if (!document) return nullptr;
  try {
    auto table = toml::parse(std::string_view(bytes, length));
    add(*document, table, nullptr, 0);
  } catch (const toml::parse_error &error) {
    document->fail(std::string(error.description()), error.source().begin.line);
  } catch (const std::exception &error) {
    document->fail(error.what(), 1);
  }
  return document;
}
