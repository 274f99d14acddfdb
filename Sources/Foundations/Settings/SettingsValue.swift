import CSystem
import Glibc

/// A value of a settings file, with its line.
package struct SettingsValue {
  package enum Content {
    case table([Member])
    case array([SettingsValue])
    case text(String)
    case integer(Int64)
    case number(Double)
    case flag(Bool)

    /// A date or a time, as a word.
    case other(String)
  }

  package struct Member {
    package var key: String
    package var value: SettingsValue
  }

  package var content: Content

  /// From 1.
  package var line: Int

  /// What kind of value it is, in words.
  package var name: String {
    switch content {
    case .table: "a table"
    case .array: "a list"
    case .text: "a text"
    case .integer, .number: "a number"
    case .flag: "true or false"
    case .other(let name): name
    }
  }
}

/// What is wrong in a settings file, and where.
package struct SettingsError: Error {
  package var line: Int
  package var reason: String

  package init(line: Int, reason: String) {
    self.line = line
    self.reason = reason
  }
}

extension SettingsValue {
  /// Reads a whole file.
  package init(_ bytes: [UInt8]) throws(SettingsError) {
    let document = bytes.withUnsafeBytes { bytes in
      // The reader does not accept a null pointer, even for no bytes.
      let start = bytes.count == 0 ? nil : bytes.bindMemory(to: CChar.self).baseAddress
      return settings_parse_toml(start ?? Self.nothing, bytes.count)
    }
    guard let document else { throw SettingsError(line: 1, reason: "out of memory") }
    defer { settings_free(document) }
    if let reason = settings_error(document) {
      throw SettingsError(
        line: max(1, Int(settings_error_line(document))), reason: String(cString: reason))
    }
    var next = 0
    self = try Self.value(document, &next).value
  }

  nonisolated(unsafe) private static let nothing = UnsafePointer(strdup(""))!

  /// Reads the event at an index with everything that belongs to it; the reader limits the nesting.
  private static func value(
    _ document: OpaquePointer, _ next: inout Int
  ) throws(SettingsError) -> Member {
    let event = settings_at(document, next)
    next += 1
    let line = Int(event.line)
    let content: Content
    switch event.kind {
    case settings_table:
      var members: [Member] = []
      var keys: Set<String> = []
      while settings_at(document, next).kind != settings_end {
        let member = try value(document, &next)
        if !keys.insert(member.key).inserted {
          throw SettingsError(
            line: member.value.line, reason: "'\(member.key)' stands there twice")
        }
        members.append(member)
      }
      next += 1
      content = .table(members)
    case settings_array:
      var elements: [SettingsValue] = []
      while settings_at(document, next).kind != settings_end {
        elements.append(try value(document, &next).value)
      }
      next += 1
      content = .array(elements)
    case settings_text: content = .text(text(event.text, event.text_length))
    case settings_integer: content = .integer(event.integer)
    case settings_number: content = .number(event.number)
    case settings_flag: content = .flag(event.integer != 0)
    default: content = .other(text(event.text, event.text_length))
    }
    return Member(
      key: event.key == nil ? "" : text(event.key, event.key_length),
      value: SettingsValue(content: content, line: line))
  }

  private static func text(_ start: UnsafePointer<CChar>?, _ length: Int) -> String {
    let bytes = UnsafeRawBufferPointer(start: start, count: length)
    return String(decoding: bytes, as: UTF8.self)
  }
}
