import Ownership
import Foundations
import ProfileModel

/// Reads the source when the user's frame is the leaf.
extension HotspotSearch {
  /// Lines with a smaller share of the bytes are not read.
  static let worthReading = 0.005

  func readSource(_ result: inout [Int8], _ files: SourceFiles, evidence: [Int64]) {
    let bare = bareSamples.filter { result[$0] < 0 && evidence[$0] != 0 }
    let texts = largeSites(of: bare, evidence).compactMap { site in
      files.text(of: sites[Int(site)].file).map { (site: site, text: $0) }
    }
    if texts.isEmpty { return }
    var rowOfSite = [Int32](repeating: -1, count: sites.count)
    for (row, text) in texts.enumerated() { rowOfSite[Int(text.site)] = Int32(row) }
    var samples = [[Int]](repeating: [], count: texts.count)
    for sample in bare {
      let row = rowOfSite[Int(siteOfSample[sample])]
      if row >= 0 { samples[Int(row)].append(sample) }
    }
    for ((site, text), samples) in zip(texts, samples) {
      var sizes = BlockSizes(period: profile.period)
      for sample in samples {
        sizes.add(
          size: columns.blockSize(ofSample: sample, in: profile),
          objects: columns.allocatedObjects.map {
            saturatingMagnitude(profile.samples.values[$0][sample])
          } ?? 0)
      }
      let place = sites[Int(site)]
      let pattern = SourceReader(text, place.file, of: files).pattern(
        atLine: place.line, sizes: sizes)
      guard let pattern, let rule = rules.firstIndex(where: { $0.match.source == pattern }),
        fewestObjects(of: samples) >= rules[rule].match.minimumObjects
      else { continue }
      let onceIsFine = rules[rule].match.ignoresInitialization
      for sample in samples where !(onceIsFine && readings[sample].isInitialization) {
        result[sample] = Int8(rule)
      }
    }
  }

  /// The sites whose samples have enough of all bytes to be read.
  private func largeSites(of samples: [Int], _ evidence: [Int64]) -> [Int32] {
    var bytes = [Double](repeating: 0, count: sites.count)
    for sample in samples { bytes[Int(siteOfSample[sample])] += Double(evidence[sample].magnitude) }
    let least = Self.worthReading * evidence.reduce(0) { $0 + Double($1.magnitude) }
    return bytes.indices.filter { bytes[$0] > 0 && bytes[$0] >= least }.map { Int32($0) }
  }

  /// The share of a line's own bytes that allocating the final size at once must save for the line
  /// to count as growth.
  private static let mostlyOutgrown = 0.4

  /// Recognizes growth by its block sizes alone, when no source says what the line does.
  func readLadders(_ result: inout [Int8], _ files: SourceFiles?, evidence: [Int64]) {
    guard let arithmetic, let rule = rules.firstIndex(where: \.match.isLadder) else { return }
    let bare = bareSamples.filter {
      result[$0] < 0 && evidence[$0] != 0 && !readings[$0].isInitialization
    }
    let large = Set(
      largeSites(of: bare, evidence).filter { files?.text(of: sites[Int($0)].file) == nil })
    if large.isEmpty { return }
    let samples = Dictionary(grouping: bare.lazy.filter { large.contains(siteOfSample[$0]) }) {
      siteOfSample[$0]
    }
    for samples in samples.values {
      let bytes = samples.reduce(0) { $0 + Double(evidence[$1].magnitude) }
      guard let ladder = arithmetic.ladder(of: samples), ladder.isAppend,
        ladder.savedBytes.interval.low >= Self.mostlyOutgrown * bytes
      else { continue }
      for sample in samples { result[sample] = Int8(rule) }
    }
  }

  /// Longer lines are not quoted.
  private static let longestQuote = 4096

  /// Copies the text of blamed lines from their files.
  static func quote(_ files: SourceFiles, in findings: inout [Finding]) {
    for finding in findings.indices {
      for row in findings[finding].blame.indices {
        let blamed = findings[finding].blame[row]
        findings[finding].blame[row].sourceText = quote(files, blamed.file, blamed.line)
        // The source was searched for what the line passes on.
        if files.lines(of: blamed.file) != nil {
          findings[finding].blame[row].isPrintHelper = false
        }
        for caller in blamed.callers.prefix(quotedCallers).indices {
          let place = blamed.callers[caller]
          findings[finding].blame[row].callers[caller].sourceText = quote(
            files, place.file, place.line)
        }
      }
    }
  }

  private static let quotedCallers = 2

  private static func quote(_ files: SourceFiles, _ file: String, _ number: Int64) -> String? {
    guard let line = files.lines(of: file)?.line(number) else { return nil }
    let code = line.drop { $0 == 0x20 || $0 == 0x09 }
    return code.count <= longestQuote ? String(decoding: code, as: UTF8.self) : nil
  }
}
