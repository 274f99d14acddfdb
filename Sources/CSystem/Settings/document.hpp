#ifndef HEAPSCOPE_SETTINGS_DOCUMENT_HPP
#define HEAPSCOPE_SETTINGS_DOCUMENT_HPP

#include <optional>
#include <string>
#include <vector>

#include "settings.h"

struct settings_document {
  struct event {
    settings_kind kind;
    uint32_t line = 0;
    std::optional<std::string> key;
    std::string text;
    int64_t integer = 0;
    double number = 0;
  };

  /// No real settings file is deeper.
  static constexpr int deepest = 32;

  std::vector<event> events;
  std::optional<std::string> error;
  uint32_t error_line = 0;

  void fail(std::string reason, uint32_t line) {
    if (error) return;
    error = std::move(reason);
    error_line = line;
  }
};

#endif
