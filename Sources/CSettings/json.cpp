#include <cstddef>
#include <exception>
#include <iterator>
#include <new>
#include <string>

#include "document.hpp"

#define JSON_NO_IO
#include <nlohmann/json.hpp>

namespace {

/// Walks over the text and counts its lines.
class line_counter {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char *;
  using reference = const char &;

  line_counter(const char *at, uint32_t *line, bool *behind_break)
      : at(at), line(line), behind_break(behind_break) {}

  reference operator*() const { return *at; }
  line_counter &operator++() {
    *behind_break = *at == '\n';
    if (*behind_break) ++*line;
    ++at;
    return *this;
  }
  line_counter operator++(int) {
    auto old = *this;
    ++*this;
    return old;
  }
  bool operator==(const line_counter &other) const { return at == other.at; }
  bool operator!=(const line_counter &other) const { return at != other.at; }

 private:
  const char *at;
  uint32_t *line;
  bool *behind_break;
};

class handler : public nlohmann::json_sax<nlohmann::json> {
 public:
  handler(settings_document &document, const uint32_t &line, const bool &behind_break)
      : document(document), line(line), behind_break(behind_break) {}

  bool null() override {
    auto event = next(settings_other);
    event.text = "null";
    return add(event);
  }
  bool boolean(bool value) override {
    auto event = next(settings_flag);
    event.integer = value;
    return add(event);
  }
  bool number_integer(number_integer_t value) override {
    // The end of a number shows in the character behind it, which has been read.
    auto event = next(settings_integer, behind_break);
    event.integer = value;
    return add(event);
  }
  bool number_unsigned(number_unsigned_t value) override {
    auto event = next(settings_integer, behind_break);
    if (value > INT64_MAX) {
      event.kind = settings_number;
      event.number = static_cast<double>(value);
    } else {
      event.integer = static_cast<int64_t>(value);
    }
    return add(event);
  }
  bool number_float(number_float_t value, const string_t &) override {
    auto event = next(settings_number, behind_break);
    event.number = value;
    return add(event);
  }
  bool string(string_t &value) override {
    auto event = next(settings_text);
    event.text = value;
    return add(event);
  }
  bool binary(binary_t &) override { return false; }
  bool start_object(std::size_t) override { return open(settings_table); }
  bool start_array(std::size_t) override { return open(settings_array); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t &value) override {
    pending = value;
    pending_line = line;
    return true;
  }
  bool parse_error(std::size_t, const std::string &, const nlohmann::detail::exception &error)
      override {
    // "[json.exception.parse_error.101] parse error at line 3, column 2: syntax error…"
    std::string text = error.what();
    // "[json.exception.out_of_range.406] number overflow parsing '1e999'"
    auto column = text.find(", column ");
    auto start = column == std::string::npos ? text.find("] ") : text.find(": ", column);
    if (start != std::string::npos) text.erase(0, start + 2);
    // What was read last may be long.
    auto last = text.find("; last read:");
    if (last != std::string::npos && text.size() - last > 60) text.erase(last);
    document.fail(std::move(text),
                  behind_break && line > 1 ? line - 1 : line);
    return false;
  }

 private:
  settings_document::event next(settings_kind kind, bool is_behind_break = false) {
    settings_document::event event;
    event.kind = kind;
    event.line = pending ? pending_line : is_behind_break ? line - 1 : line;
    event.key = std::move(pending);
    pending.reset();
    return event;
  }
  bool add(const settings_document::event &event) {
    document.events.push_back(event);
    return true;
  }
  bool open(settings_kind kind) {
    auto event = next(kind);
    if (++depth > settings_document::deepest) {
      document.fail("nested too deep", event.line);
      return false;
    }
    return add(event);
  }
  bool close() {
    --depth;
    return add({settings_end});
  }

  settings_document &document;
  const uint32_t &line;
  const bool &behind_break;
  std::optional<std::string> pending;
  uint32_t pending_line = 0;
  int depth = 0;
};

}  // namespace

settings_document *settings_parse_json(const char *bytes, size_t length) {
  auto document = new (std::nothrow) settings_document;
  if (!document) return nullptr;
  uint32_t line = 1;
  bool behind_break = false;
  try {
    handler events(*document, line, behind_break);
    nlohmann::json::sax_parse(line_counter(bytes, &line, &behind_break),
                              line_counter(bytes + length, &line, &behind_break), &events);
  } catch (const std::exception &error) {
    document->fail(error.what(), line);
  }
  return document;
}
