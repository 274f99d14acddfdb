package import ProfileModel

/// Finds source files by their names in a profile.
package struct SourceLookup: Sendable {
  /// The result of looking for a file.
  package struct Found: Sendable {
    /// Nil when no file of the profile's version was found.
    package var lines: SourceLines?

    /// A note about a file that exists but was not read.
    package var note: String?

    package init(_ lines: SourceLines? = nil, note: String? = nil) {
      self.lines = lines
      self.note = note
    }
  }

  /// Says why a text is not of the version that the profile was made of; nil when it may be.
  package typealias Mismatch = (SourceLines) -> String?

  fileprivate let find: @Sendable (_ file: String, _ mismatch: Mismatch) -> Found

  /// - Parameter find: returns no lines that `mismatch` rejects.
  package init(_ find: @escaping @Sendable (_ file: String, _ mismatch: Mismatch) -> Found) {
    self.find = find
  }
}

/// The program's own source files, each read at most once, when first needed.
package final class SourceFiles {
  /// The most files that are searched for declarations.
  private static let mostFiles = 512

  /// The most bytes read in all, and the most searched for names.
  private static let mostBytes = (read: 32 << 20, searched: 4 << 30)

  private let profile: Profile
  private let isOwn: [Bool]
  private let lookup: SourceLookup
  private var found: [String: SourceLines?] = [:]
  private var texts: [StringID: SourceText?] = [:]
  private var room = mostBytes
  private var declarations: [Declaration: SourceText.DeclaredType?] = [:]

  private struct Declaration: Hashable {
    var name: [UInt8]
    var isField: Bool
    var file: StringID
    var others: Bool
  }

  /// The user's own files.
  private(set) lazy var own = ownFiles().compactMap { text(of: $0) }

  /// The names that they declare.
  private(set) lazy var ownNames = own.reduce(into: SourceText.DeclaredNames()) {
    $0.formUnion($1.declared)
  }

  /// Notes about files that exist but were not read.
  package private(set) var notes: [String] = []

  private struct Routine {
    var function: Int
    var lines: Set<Int64> = []
  }

  /// The functions that the profile has of each file, which reveal a file of another version.
  private lazy var routines = routinesOfFiles()

  /// - Parameter isOwn: by function, whether it is the user's.
  package init(_ profile: Profile, isOwn: [Bool], lookup: SourceLookup) {
    self.profile = profile
    self.isOwn = isOwn
    self.lookup = lookup
  }

  func text(of file: StringID) -> SourceText? {
    if let text = texts[file] { return text }
    let text = lines(of: profile.strings[file]).map { SourceText($0) }
    texts[file] = .some(text)
    return text
  }

  package func lines(of file: String) -> SourceLines? {
    if let known = found[file] { return known }
    var lines: SourceLines?
    if room.read > 0, !file.isEmpty {
      let answer = lookup.find(file) { mismatch($0, file) }
      if let note = answer.note { notes.append(note) }
      room.read -= answer.lines?.bytes.count ?? 0
      if room.read >= 0 { lines = answer.lines }
    }
    found[file] = .some(lines)
    return lines
  }

  private func mismatch(_ lines: SourceLines, _ file: String) -> String? {
    guard let declared = SourceVersion(lines, file: file.utf8) else { return nil }
    for routine in routines[file] ?? [] {
      let reason = declared.mismatch(
        profile.strings[bytesOf: profile.functions.names[routine.function]],
        startLine: profile.functions.startLines[routine.function], lines: routine.lines.sorted())
      if let reason { return reason }
    }
    return nil
  }

  private func routinesOfFiles() -> [String: [Routine]] {
    var routines = profile.functions.names.indices.map { Routine(function: $0) }
    for line in profile.locations.lines { routines[line.function.index].lines.insert(line.line) }
    var byFile: [StringID: [Routine]] = [:]
    for routine in routines where !routine.lines.isEmpty {
      byFile[profile.functions.files[routine.function], default: []].append(routine)
    }
    return Dictionary(
      byFile.map { (profile.strings[$0.key], $0.value) }, uniquingKeysWith: { $0 + $1 })
  }

  /// What a file, or else any own file of the user's, declares outside of functions. Also nil once
  /// too many names were looked for on behalf of a file.
  func outerDeclaration(
    of name: [UInt8], isField: Bool, in file: StringID, others: Bool
  ) -> SourceText.DeclaredType? {
    let place = Declaration(name: name, isField: isField, file: file, others: others)
    if let known = declarations[place] { return known }
    var found: SourceText.DeclaredType?
    if let text = text(of: file) {
      let names = others ? self.names(with: text) : text.declared
      for text in [text] + (others ? own : []) where found == nil && room.searched > 0 {
        room.searched -= text.lines.bytes.count
        found = text.outerDeclaration(of: name, isField: isField, names: names)
      }
    }
    declarations[place] = .some(found)
    return found
  }

  /// The names declared in the user's own files and one more.
  func names(with text: SourceText) -> SourceText.DeclaredNames {
    let isKnown =
      text.declared.maps.isSubset(of: ownNames.maps)
      && text.declared.bytes.isSubset(of: ownNames.bytes)
    if isKnown { return ownNames }
    var names = ownNames
    names.formUnion(text.declared)
    return names
  }

  private func ownFiles() -> [StringID] {
    var seen: Set<StringID> = []
    var files: [StringID] = []
    for (function, file) in profile.functions.files.enumerated() where isOwn[function] {
      if seen.insert(file).inserted { files.append(file) }
      if files.count == Self.mostFiles { break }
    }
    return files
  }
}
