import Foundations
import ProfileModel
import StackGraph

extension ReportContext {
  /// Returns every sample with its labels and stack, as `pprof -traces` does.
  ///
  /// - Parameter drain: takes the text as it comes; what is left is returned.
  /// - Complexity: O(*f* + *l*) for *f* frames and *l* bytes of lines.
  package func tracesText(
    drain: ((Span<UInt8>) throws -> Void)? = nil
  ) throws -> TextOutput {
    let samples = profile.samples.whole
    let values = selection.values
    let divisors = selection.divisors
    var output = TextOutput()
    // pprof joins the header's lines, so even an empty header is one line.
    let labels = profileLabels()
    if labels.isEmpty { output.newline() } else { output.lines(labels) }
    // Header and traces differ from graph reports: file names are not cut.
    let table = NodeTable(profile, cutsPrefixes: false)
    let texts = FrameTexts(table)
    let scale = ValueScale(from: sampleUnit, to: outputUnit)
    let division = division
    // Made once, not for each sample: what a closure captures is reference-counted.
    let labelText = { @Sendable (sample: Int) in Array(labelLines(sample).joined()) }
    let pieces = (0..<SamplePiece.bufferCount(profile)).map { _ in SamplePiece() }
    try SamplePiece.writeAll(
      pieces, profile, frameBytes: texts.usualBytes, to: &output, drain: drain
    ) { piece in
      samples.withFrameRows { frames in
        for sample in piece.samples {
          let range = samples.frameRange(of: sample)
          if range.isEmpty { continue }
          let part = range.clamped(to: piece.frames)
          for index in part {
            var hasValue = false
            if index == range.lowerBound {
              piece.write(Self.separator)
              piece.writeLabels(sample, of: samples, labelText)
              var value = values[sample]
              if let divisor = divisors?[sample], divisor != 0 { value /= divisor }
              let text = scale.text(division(value))
              piece.blanks(10 - characterCount(text))
              piece.write(text)
              hasValue = true
            }
            texts.write(frames[index], table, after: hasValue ? 10 : 0, to: piece)
          }
        }
      }
    }
    output.write(Self.separator)
    return output
  }

  private static let separator = Array(
    "-----------+-------------------------------------------------------\n".utf8)

  /// The labels of a sample as lines: texts, then numbers, each sorted.
  private func labelLines(_ sample: Int) -> [[UInt8]] {
    var texts: [[UInt8]] = []
    var numbers: [[UInt8]] = []
    for group in profile.samples.labelGroups(of: sample) {
      let isText = group.labels[0].kind == .text
      let unit = selection.labelUnits.unit(of: group.key)
      let values = group.labels.map { label in
        isText
          ? Array(inert(profile.strings[bytesOf: label.string]))
          : Array(ScaledValue(label.number, from: unit, to: "auto").text.utf8)
      }
      var line = TextOutput()
      line.right(inert(profile.strings[bytesOf: group.key]), 10)
      line.write(":  ")
      line.write(Array(values.joined(separator: [UInt8(ascii: " ")])))
      line.newline()
      if isText { texts.append(line.bytes) } else { numbers.append(line.bytes) }
    }
    texts.sort { $0.lexicographicallyPrecedes($1) }
    numbers.sort { $0.lexicographicallyPrecedes($1) }
    return texts + numbers
  }
}

/// The lines of each location, ready to be copied.
private struct FrameTexts: Sendable {
  /// Where the text of each location ends in ``bytes``; empty when all of them would take too much
  /// memory.
  private var ends: [Int] = []
  private var bytes: [UInt8] = []

  /// The approximate number of bytes of a location; at least a sixteenth of the longest.
  private(set) var usualBytes = 1

  /// As much as the frames of a large profile take.
  private static let limit = 64 << 20

  /// How many bytes are copied at a time.
  private static let step = 64

  init(_ table: NodeTable) {
    var longest = 0
    var nodes: [[UInt8]] = []
    nodes.reserveCapacity(table.count)
    var total = 0
    for node in 0..<table.count where total <= Self.limit {
      nodes.append(Array(inert(table.printableName(NodeID(node))[...])))
      total += nodes[node].count
      longest = max(longest, nodes[node].count)
    }
    for location in 0..<table.locationEnds.count where total <= Self.limit {
      let start = bytes.count
      for index in table.nodeRange(of: location) {
        Self.addLine(nodes[table.locationNodes[index].index], index, location, table, &bytes)
      }
      ends.append(bytes.count)
      longest = max(longest, bytes.count - start)
      total = bytes.count
    }
    usualBytes = max(bytes.count / max(1, ends.count), longest / 16, 1)
    if ends.count < table.locationEnds.count { (ends, bytes) = ([], []) }
    bytes.append(contentsOf: repeatElement(0, count: Self.step))
  }

  private static func addLine(
    _ name: [UInt8], _ index: Int, _ location: Int, _ table: NodeTable, _ bytes: inout [UInt8]
  ) {
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 13))
    bytes.append(contentsOf: name)
    if index < table.nodeRange(of: location).upperBound - 1 {
      bytes.append(contentsOf: " (inline)".utf8)
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Writes the lines of a location.
  ///
  /// - Parameter left: how many of the first blanks other text replaces.
  func write(_ location: UInt32, _ table: NodeTable, after left: Int, to piece: SamplePiece) {
    let location = Int(location)
    if ends.isEmpty {
      var lines: [UInt8] = []
      for index in table.nodeRange(of: location) {
        let name = Array(inert(table.printableName(table.locationNodes[index])[...]))
        Self.addLine(name, index, location, table, &lines)
      }
      piece.write(lines.dropFirst(left))
      return
    }
    typealias Bytes = SIMD64<UInt8>
    let start = (location == 0 ? 0 : ends[location - 1]) + left
    let count = ends[location] - start
    piece.reserve(count + Self.step)
    let place = UnsafeMutableRawPointer(piece.memory + piece.count)
    bytes.withUnsafeBytes { bytes in
      var offset = 0
      repeat {
        place.storeBytes(
          of: bytes.loadUnaligned(fromByteOffset: start + offset, as: Bytes.self),
          toByteOffset: offset, as: Bytes.self)
        offset += Self.step
      } while offset < count
    }
    piece.count += count
  }
}
