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

  /// The part of a line's own bytes that growing at once must save for growth to be what the
  /// line is about.
  private static let mostlyOutgrown = 0.4

  /// Tells what grows by its blocks alone, where no source says what it is.
  func readLadders(_ result: inout [Int8], _ files: SourceFiles?, evidence: [Int64]) {
    guard let arithmetic, let rule = rules.firstIndex(where: \.match.isLadder) else { return }
    var samples = [[Int]](repeating: [], count: sites.count)
    var bytes = [Double](repeating: 0, count: sites.count)
    var total = 0.0
    for (sample, reading) in readings.enumerated() {
      total += Double(evidence[sample].magnitude)
      guard reading.isBare, !reading.isInitialization, result[sample] < 0 else { continue }
      let site = Int(siteOfSample[sample])
      bytes[site] += Double(evidence[sample].magnitude)
      samples[site].append(sample)
    }
    for (row, site) in sites.enumerated()
    where bytes[row] > 0 && bytes[row] >= Self.worthReading * total {
      guard files?.text(of: site.file) == nil, let ladder = arithmetic.ladder(of: samples[row]),
        ladder.isAppend, ladder.savedBytes.interval.low >= Self.mostlyOutgrown * bytes[row]
      else { continue }
      for sample in samples[row] { result[sample] = Int8(rule) }
    }
  }

  /// A longer line is not quoted.
  private static let longestQuote = 4096

  /// Copies the blamed lines out of their files.
  static func quote(_ files: SourceFiles, in findings: inout [Finding]) {
    for finding in findings.indices {
      for row in findings[finding].blame.indices {
        let blamed = findings[finding].blame[row]
        guard let line = files.lines(of: blamed.file)?.line(blamed.line) else { continue }
        let code = line.drop { $0 == 0x20 || $0 == 0x09 }
        guard code.count <= longestQuote else { continue }
        findings[finding].blame[row].sourceText = String(decoding: code, as: UTF8.self)
      }
    }
  }
}
