import Foundation
import HeapscopeTestSupport

/// A Swift file of this project, for the architecture tests.
struct SourceFile: Sendable {
  /// Relative to the folder of Package.swift.
  var path: String
  var text: String

  init(_ path: String, _ text: String) {
    self.path = path
    self.text = text
  }

  /// The Swift files of a folder and its subfolders, sorted by path.
  static func all(in folder: String) -> [SourceFile] {
    let names = FileManager.default.enumerator(
      atPath: Repository.root.appending(path: folder).path)
    return (names?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".swift") }.sorted()
      .map { "\(folder)/\($0)" }.map { SourceFile($0, (try? Repository.text($0)) ?? "") }
  }

  var folder: String { String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]) }

  /// The second part of the path: for a file in Sources, the module.
  var module: String { String(path.split(separator: "/")[1]) }

  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

  /// The text without comments and without the contents of quotes.
  var code: String {
    let letters = Array(text.utf8) + Array("\n\n".utf8)
    let (quote, slash, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "/"), UInt8(ascii: "\\"))
    let newline = UInt8(ascii: "\n")
    var code: [UInt8] = []
    var index = 0
    while index < letters.count - 2 {
      if letters[index] == slash, letters[index + 1] == slash {
        while letters[index] != newline { index += 1 }
      } else if letters[index] == quote {
        let isTriple = letters[index + 1] == quote && letters[index + 2] == quote
        index += isTriple ? 3 : 1
        while index < letters.count - 2 {
          if letters[index] == backslash {
            index += 2
          } else if !isTriple, letters[index] == quote || letters[index] == newline {
            break
          } else if isTriple, letters[index...].starts(with: [quote, quote, quote]) {
            break
          } else {
            index += 1
          }
        }
        if letters[index] == quote { index += isTriple ? 3 : 1 }
      } else {
        code.append(letters[index])
        index += 1
      }
    }
    return String(decoding: code, as: UTF8.self)
  }

  /// The modules that the file imports.
  var imports: [String] {
    lines.compactMap { line in
      let words = line.split(separator: " ")
      guard let place = words.firstIndex(of: "import"), place + 1 < words.count,
        words[..<place].allSatisfy({ Self.modifiers.contains(String($0)) || $0.hasPrefix("@") })
      else { return nil }
      return String(words[place + 1])
    }
  }

  /// The names of the types that the code declares outside of all others.
  static func declaredTypes(in code: String) -> Set<String> {
    var names: Set<String> = []
    for line in code.split(separator: "\n") where line.first != " " {
      let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "@" }
        .drop { modifiers.contains(String($0)) || $0.hasPrefix("@") }.prefix(2)
      guard let keyword = words.first, keywords.contains(String(keyword)), let name = words.last,
        name.first?.isUppercase ?? false
      else { continue }
      names.insert(String(name))
    }
    return names
  }

  /// The words of the code that could be names of types.
  static func typeNames(in code: String) -> Set<String> {
    Set(
      code.utf8.split { letter in
        switch letter {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
          false
        default: true
        }
      }.filter { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0.first ?? 0) }
        .compactMap { String($0) })
  }

  private static let modifiers: Set<String> = [
    "package", "public", "internal", "private", "fileprivate", "final", "indirect",
  ]
  private static let keywords: Set<String> = ["struct", "class", "enum", "protocol", "actor"]
}
