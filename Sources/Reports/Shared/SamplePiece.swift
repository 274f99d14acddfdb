import Foundations
import Glibc
import ProfileModel

/// A piece of a report that lists the samples one after another.
class SamplePiece: TextPiece, @unchecked Sendable {
  /// The frames that the piece is about: those of some samples, or a part of one.
  private(set) final var frames = 0..<0
  private(set) final var samples = 0..<0

  /// The texts of the labels of some samples, which mostly are those of others too.
  private final var labelTexts: [[Label]: [UInt8]] = [:]

  /// About how many bytes make a piece: they are to stay in a core's cache.
  private static let pieceBytes = 256 << 10

  /// How far the pieces have come.
  struct Cursor {
    var sample = 0
    var frame = 0
  }

  /// Takes the next samples; false when there are none.
  ///
  /// - Parameter frameBytes: about how many bytes a frame has.
  final func claim(from cursor: inout Cursor, _ profile: Profile, frameBytes: Int) -> Bool {
    let table = profile.samples
    let ends = table.frameEnds
    let first = cursor
    var bytes = 0
    while bytes < Self.pieceBytes, cursor.sample < ends.count {
      let left = ends[cursor.sample] - cursor.frame
      let most = max(1, Self.pieceBytes / frameBytes)
      if left > most * 2 {
        // A very deep stack, or very long names.
        if cursor.sample == first.sample { cursor.frame += most }
        break
      }
      bytes += left * frameBytes + 64
      for label in table.labels[table.labelRange(of: cursor.sample)] {
        bytes += profile.strings.range(of: label.string).count + 16
      }
      cursor.frame += left
      cursor.sample += 1
    }
    frames = first.frame..<cursor.frame
    let isPartial = cursor.sample < ends.count && cursor.frame > start(of: cursor.sample, ends)
    samples = first.sample..<cursor.sample + (isPartial ? 1 : 0)
    return !samples.isEmpty
  }

  private func start(of sample: Int, _ ends: [Int]) -> Int { sample == 0 ? 0 : ends[sample - 1] }

  /// How many buffers a report with pieces like this needs: pieces with very long
  /// texts are made one after another.
  static func bufferCount(_ profile: Profile) -> Int {
    let strings = profile.strings
    let hasLongText = (0..<strings.count).contains {
      strings.range(of: StringID($0)).count > 4 << 20
    }
    return hasLongText || profile.samples.count < 64 ? 1 : coreCount * 2
  }

  /// Writes the text of a sample's labels, which `make` returns when it is not known.
  final func writeLabels(_ sample: Int, of table: SampleTable, _ make: (Int) -> [UInt8]) {
    let range = table.labelRange(of: sample)
    if range.isEmpty { return }
    let labels = Array(table.labels[range])
    if let known = labelTexts[labels] {
      write(known)
      return
    }
    let text = make(sample)
    if labelTexts.count > 4096 { labelTexts.removeAll() }
    if text.count < 1 << 10 { labelTexts[labels] = text }
    write(text)
  }

  final func write(_ text: [UInt8]) { text.withUnsafeBufferPointer { write($0) } }

  final func write(_ text: ArraySlice<UInt8>) { text.withUnsafeBufferPointer { write($0) } }

  final func write(_ text: UnsafeBufferPointer<UInt8>) {
    reserve(text.count)
    if let start = text.baseAddress { memcpy(memory + count, start, text.count) }
    count += text.count
  }

  final func blanks(_ number: Int) {
    if number <= 0 { return }
    reserve(number)
    memset(memory + count, Int32(UInt8(ascii: " ")), number)
    count += number
  }

  /// Writes what a report needs for each of its pieces, in order.
  static func writeAll<Piece: SamplePiece>(
    _ pieces: [Piece], _ profile: Profile, frameBytes: Int, to output: inout TextOutput,
    drain: ((Span<UInt8>) throws -> Void)?, make: @escaping @Sendable (Piece) -> Void
  ) throws {
    var cursor = Cursor()
    // What was written before comes first.
    if let drain {
      try drain(output.bytes.span)
      output = TextOutput()
    }
    try makeInOrder(
      buffers: pieces,
      claim: { $0.claim(from: &cursor, profile, frameBytes: frameBytes) },
      make: { piece in
        piece.count = 0
        make(piece)
      },
      handOver: { piece in
        if let drain {
          try drain(piece.bytes.span)
        } else if output.fits(piece.count) {
          output.write(piece.bytes)
        } else {
          throw ReportTooLong()
        }
      })
  }
}
