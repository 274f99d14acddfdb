import ProfileModel

/// Reading the source where the user's frame is the leaf.
extension HotspotSearch {
  /// Lines with less than this part of the bytes are not worth a look.
  private static let worthReading = 0.005

  func readSource(_ result: inout [Int8], evidence: [Int64]) {
    guard let source = options.source else { return }
    var bare = [Double](repeating: 0, count: sites.count)
    var sizes: [Int32: BlockSizes] = [:]
    var total = 0.0
    for (sample, reading) in readings.enumerated() {
      total += Double(evidence[sample].magnitude)
      guard reading.isBare, result[sample] < 0, evidence[sample] != 0 else { continue }
      let site = siteOfSample[sample]
      bare[Int(site)] += Double(evidence[sample].magnitude)
      sizes[site, default: BlockSizes(period: profile.period)].add(
        size: columns.blockSize(ofSample: sample, in: profile),
        objects: columns.allocatedObjects.map {
          saturatingMagnitude(profile.samples.values[$0][sample])
        } ?? 0)
    }
    var ruleOfSite = [Int8](repeating: -1, count: sites.count)
    let files = SourceFiles(profile, facts: facts, source: source)
    for (row, site) in sites.enumerated() where bare[row] > 0 {
      guard bare[row] >= Self.worthReading * total else { continue }
      let pattern = files.text(of: site.file).flatMap { text in
        SourceReader(text, others: { files.others(than: site.file) }).pattern(
          atLine: site.line, sizes: sizes[Int32(row)] ?? BlockSizes(period: profile.period))
      }
      if let pattern, let rule = rules.firstIndex(where: { $0.match.source == pattern }) {
        ruleOfSite[row] = Int8(rule)
      }
    }
    for (sample, reading) in readings.enumerated() where reading.isBare && result[sample] < 0 {
      result[sample] = ruleOfSite[Int(siteOfSample[sample])]
    }
  }

  /// Copies the blamed lines out of their files.
  static func quote(
    _ source: @Sendable (_ file: String) -> [String]?, in findings: inout [Finding]
  ) {
    var files: [String: [String]] = [:]
    for finding in findings.indices {
      for row in findings[finding].blame.indices {
        let line = findings[finding].blame[row]
        if files[line.file] == nil { files[line.file] = source(line.file) ?? [] }
        guard let text = files[line.file], line.line >= 1, line.line <= Int64(text.count) else {
          continue
        }
        let code = text[Int(line.line) - 1].drop { $0 == " " || $0 == "\t" }
        findings[finding].blame[row].sourceText = String(code)
      }
    }
  }
}

/// The program's own files, each read once and only when asked for.
private final class SourceFiles {
  /// More are not searched for declarations.
  private static let most = 512

  private let profile: Profile
  private let facts: FunctionFacts
  private let source: (_ file: String) -> [String]?
  private var texts: [StringID: SourceText?] = [:]
  private lazy var own = ownFiles()

  init(
    _ profile: Profile, facts: FunctionFacts,
    source: @escaping @Sendable (_ file: String) -> [String]?
  ) {
    self.profile = profile
    self.facts = facts
    self.source = source
  }

  func text(of file: StringID) -> SourceText? {
    if let text = texts[file] { return text }
    let text = source(profile.strings[file]).map { SourceText($0) }
    texts[file] = .some(text)
    return text
  }

  func others(than file: StringID) -> [SourceText] {
    own.filter { $0 != file }.compactMap { text(of: $0) }
  }

  private func ownFiles() -> [StringID] {
    var seen: Set<StringID> = []
    var files: [StringID] = []
    for (function, file) in profile.functions.files.enumerated() where facts.isOwn[function] {
      if seen.insert(file).inserted { files.append(file) }
      if files.count == Self.most { break }
    }
    return files
  }
}
