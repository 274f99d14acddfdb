import Ownership
import Foundations
import ProfileModel

/// Reading the source where the user's frame is the leaf.
extension HotspotSearch {
  /// Lines with less than this part of the bytes are not worth a look.
  static let worthReading = 0.005

  func readSource(_ result: inout [Int8], _ files: SourceFiles, evidence: [Int64]) {
    var bare = [Double](repeating: 0, count: sites.count)
    var samples: [Int32: [Int]] = [:]
    var sizes: [Int32: BlockSizes] = [:]
    var total = 0.0
    for (sample, reading) in readings.enumerated() {
      total += Double(evidence[sample].magnitude)
      guard reading.isBare, result[sample] < 0, evidence[sample] != 0 else { continue }
      let site = siteOfSample[sample]
      bare[Int(site)] += Double(evidence[sample].magnitude)
      samples[site, default: []].append(sample)
      sizes[site, default: BlockSizes(period: profile.period)].add(
        size: columns.blockSize(ofSample: sample, in: profile),
        objects: columns.allocatedObjects.map {
          saturatingMagnitude(profile.samples.values[$0][sample])
        } ?? 0)
    }
    var ruleOfSite = [Int8](repeating: -1, count: sites.count)
    for (row, site) in sites.enumerated() where bare[row] > 0 {
      guard bare[row] >= Self.worthReading * total else { continue }
      let pattern = files.text(of: site.file).flatMap { text in
        SourceReader(text, site.file, of: files).pattern(
          atLine: site.line, sizes: sizes[Int32(row)] ?? BlockSizes(period: profile.period))
      }
      if let pattern, let rule = rules.firstIndex(where: { $0.match.source == pattern }),
        fewestObjects(of: samples[Int32(row)] ?? []) >= rules[rule].match.minimumObjects
      {
        ruleOfSite[row] = Int8(rule)
      }
    }
    let onceIsFine = RuleSet(rules) { $0.ignoresInitialization }
    for (sample, reading) in readings.enumerated() where reading.isBare && result[sample] < 0 {
      let rule = ruleOfSite[Int(siteOfSample[sample])]
      if rule >= 0, reading.isInitialization, onceIsFine.contains(.rule(Int(rule))) { continue }
      result[sample] = rule
    }
  }

  /// A longer line is not quoted.
  private static let longestQuote = 4096

  /// Copies the blamed lines out of their files, one file after the other.
  static func quote(
    _ source: @Sendable (_ file: String) -> SourceLines?, in findings: inout [Finding]
  ) {
    var places: [String: [(finding: Int, row: Int)]] = [:]
    for finding in findings.indices {
      for row in findings[finding].blame.indices {
        places[findings[finding].blame[row].file, default: []].append((finding, row))
      }
    }
    for (file, places) in places {
      guard let text = source(file) else { continue }
      for (finding, row) in places {
        guard let line = text.line(findings[finding].blame[row].line) else { continue }
        let code = line.drop { $0 == 0x20 || $0 == 0x09 }
        guard code.count <= longestQuote else { continue }
        findings[finding].blame[row].sourceText = String(decoding: code, as: UTF8.self)
      }
    }
  }
}

/// The program's own files, each read once and only when asked for.
final class SourceFiles {
  /// More are not searched for declarations.
  private static let mostFiles = 512

  /// No more bytes are read in all, and no more are gone through for names.
  private static let mostBytes = (read: 32 << 20, searched: 4 << 30)

  private let profile: Profile
  private let facts: FunctionFacts
  private let source: (_ file: String) -> SourceLines?
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

  /// What they declare.
  private(set) lazy var ownNames = own.reduce(into: SourceText.DeclaredNames()) {
    $0.formUnion($1.declared)
  }

  init(
    _ profile: Profile, facts: FunctionFacts,
    source: @escaping @Sendable (_ file: String) -> SourceLines?
  ) {
    self.profile = profile
    self.facts = facts
    self.source = source
  }

  func text(of file: StringID) -> SourceText? {
    if let text = texts[file] { return text }
    var text: SourceText?
    if room.read > 0, let lines = source(profile.strings[file]) {
      room.read -= lines.bytes.count
      if room.read >= 0 { text = SourceText(lines) }
    }
    texts[file] = .some(text)
    return text
  }

  /// What a file, or all that the user's own files say besides, declares outside of
  /// functions; nil too once so many names were looked for that a file was made for it.
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

  /// What the user's own files and one more declare.
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
    for (function, file) in profile.functions.files.enumerated() where facts.blame.isOwn[function] {
      if seen.insert(file).inserted { files.append(file) }
      if files.count == Self.mostFiles { break }
    }
    return files
  }
}
