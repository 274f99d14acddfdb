import Foundations

/// A table of a settings file. Its members are taken out one by one; any that remain are errors.
struct SettingsTable {
  private var members: [SettingsValue.Member]
  private var known: [String] = []
  let line: Int

  /// - Parameter name: the table's name in messages.
  init(_ value: SettingsValue, _ name: String) throws(SettingsError) {
    guard case .table(let members) = value.content else {
      throw SettingsError(line: value.line, reason: "\(name) is \(value.name): give a table")
    }
    self.members = members
    line = value.line
  }

  private mutating func take(_ key: String) -> SettingsValue? {
    known.append(key)
    guard let index = members.firstIndex(where: { $0.key == key }) else { return nil }
    return members.remove(at: index).value
  }

  private static func mistake(
    _ key: String, _ value: SettingsValue, _ expected: String
  ) -> SettingsError {
    SettingsError(line: value.line, reason: "'\(key)' is \(value.name): give \(expected)")
  }

  mutating func text(_ key: String) throws(SettingsError) -> (text: String, line: Int)? {
    guard let value = take(key) else { return nil }
    guard case .text(let text) = value.content else { throw Self.mistake(key, value, "a text") }
    if text.allSatisfy(\.isWhitespace) {
      throw SettingsError(line: value.line, reason: "'\(key)' is empty: give a text")
    }
    return (try Self.plain(text, key, line: value.line), value.line)
  }

  /// Returns a text that is safe to show on a terminal. The file may have come with a repository.
  ///
  /// - Throws: ``SettingsError`` for a control character other than a tab or a line end.
  private static func plain(
    _ text: String, _ key: String, line: Int
  ) throws(SettingsError) -> String {
    let text = text.replacing("\r\n", with: "\n")
    for scalar in text.unicodeScalars
    where scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t" {
      let number = String(scalar.value, radix: 16, uppercase: true)
      throw SettingsError(
        line: line,
        reason: "'\(key)' has the control character U+\(number) in it: leave it out")
    }
    return text
  }

  /// A list of texts, or a single one.
  mutating func texts(_ key: String) throws(SettingsError) -> [(text: String, line: Int)] {
    guard let value = take(key) else { return [] }
    if case .text(let text) = value.content, !text.isEmpty {
      return [(try Self.plain(text, key, line: value.line), value.line)]
    }
    guard case .array(let elements) = value.content else {
      throw Self.mistake(key, value, "a list of texts")
    }
    var texts: [(text: String, line: Int)] = []
    for element in elements {
      guard case .text(let text) = element.content, !text.isEmpty else {
        throw SettingsError(
          line: element.line,
          reason: "'\(key)' has \(element.name) in it: give texts that are not empty")
      }
      texts.append((try Self.plain(text, key, line: element.line), element.line))
    }
    return texts
  }

  mutating func flag(_ key: String) throws(SettingsError) -> Bool {
    guard let value = take(key) else { return false }
    guard case .flag(let flag) = value.content else {
      throw Self.mistake(key, value, "true or false")
    }
    return flag
  }

  /// A whole number, at least 0.
  mutating func count(_ key: String) throws(SettingsError) -> Int64? {
    guard let value = take(key) else { return nil }
    guard case .integer(let count) = value.content, count >= 0 else {
      throw Self.mistake(key, value, "a whole number from 0")
    }
    return count
  }

  mutating func tables(_ key: String) throws(SettingsError) -> [SettingsTable] {
    guard let value = take(key) else { return [] }
    guard case .array(let elements) = value.content else {
      throw Self.mistake(key, value, "a list of tables")
    }
    var tables: [SettingsTable] = []
    for element in elements { tables.append(try SettingsTable(element, "'\(key)'")) }
    return tables
  }

  /// The error for a table without a required key: a similarly spelled key, if there is one, or
  /// else the given reason.
  func missing(_ key: String, _ reason: String) -> SettingsError {
    guard let slip = members.first(where: { $0.key.utf8.count <= 64 && isNear(key, $0.key) }) else {
      return SettingsError(line: line, reason: reason)
    }
    return SettingsError(
      line: slip.value.line, reason: "unknown key '\(slip.key)': did you mean '\(key)'?")
  }

  /// Rejects members that were not taken.
  func finish() throws(SettingsError) {
    guard let member = members.min(by: { ($0.value.line, $0.key) < ($1.value.line, $1.key) })
    else { return }
    let near =
      member.key.utf8.count > 64
      ? "" : known.min { editDistance($0, member.key) < editDistance($1, member.key) } ?? ""
    throw SettingsError(
      line: member.value.line,
      reason: "unknown key '\(member.key)': "
        + (isNear(near, member.key)
          ? "did you mean '\(near)'?" : "there are \(known.joined(separator: ", "))"))
  }
}
