#include <pthread.h>

#include <exception>
#include <new>
#include <string_view>
#include <vector>

#include "document.hpp"

namespace {

// toml++ considers some texts impossible, such as `[[{`, and asserts. Such a text is an error
// in the file; it must neither end the program nor be used further.
struct impossible_text : std::exception {
  const char *what() const noexcept override { return "this is no TOML"; }
};

[[noreturn]] void refuse_text() { throw impossible_text(); }

}  // namespace

#undef NDEBUG
#define TOML_ASSERT(condition) ((condition) ? static_cast<void>(0) : refuse_text())
#define TOML_ENABLE_FORMATTERS 0
#include "toml++/toml.h"

namespace {

constexpr size_t settings_stack = size_t{1} << 26;

void add(settings_document &document, const toml::node &node, const toml::key *key, int depth) {
  settings_document::event event;
  event.line = key ? key->source().begin.line : node.source().begin.line;
  if (key) event.key = std::string(key->str());
  if (depth > settings_document::deepest) {
    document.fail("nested too deep", event.line);
    return;
  }
  if (auto table = node.as_table()) {
    // A table made by a dotted key or [a.b] has only the line of its first part.
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

bool is_impossible(std::string_view text) {
  try {
    (void)toml::parse(text);
  } catch (const impossible_text &) {
    return true;
  } catch (const std::exception &) {
  }
  return false;
}

/// The line where a text becomes impossible, from 1: reading stops there, whatever follows.
uint32_t impossible_line(std::string_view text) {
  std::vector<size_t> ends;
  for (size_t at = 0; (at = text.find('\n', at)) != text.npos; at++) ends.push_back(at);
  size_t low = 0, high = ends.size();
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (is_impossible(text.substr(0, ends[middle]))) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return static_cast<uint32_t>(low + 1);
}

struct task {
  settings_document &document;
  std::string_view text;
};

void *parse(void *argument) {
  auto &[document, text] = *static_cast<task *>(argument);
  try {
    auto table = toml::parse(text);
    add(document, table, nullptr, 0);
  } catch (const toml::parse_error &error) {
    document.fail(std::string(error.description()), error.source().begin.line);
  } catch (const impossible_text &error) {
    document.fail(error.what(), impossible_line(text));
  } catch (const std::exception &error) {
    document.fail(error.what(), 1);
  }
  return nullptr;
}

}  // namespace

settings_document *settings_parse_toml(const char *bytes, size_t length) {
  auto document = new (std::nothrow) settings_document;
  if (!document) return nullptr;
  // Dotted keys may nest tables as deep as the file is long, and toml++ frees them by
  // recursion: on a stack that is enough for the longest file that there may be.
  task parsing{*document, {bytes, length}};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, settings_stack);
  pthread_t thread;
  if (pthread_create(&thread, &attributes, parse, &parsing) == 0) {
    pthread_join(thread, nullptr);
  } else {
    document->fail("there is no memory to read it", 1);
  }
  pthread_attr_destroy(&attributes);
  return document;
}
