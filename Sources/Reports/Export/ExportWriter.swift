import Foundations
package import HeapAnalysis
package import ProfileModel

/// Writes profiles as rows for query engines, one JSON object per line (docs/fleet.md).
///
/// Rows of profiles of usual size are made on any thread, with ``rows(_:_:_:)``; those of large
/// ones are made while they are written. It is sendable because intervals are lent to one thread at
/// a time.
package final class ExportWriter: @unchecked Sendable {
  private let unit: ExportUnit

  /// The intervals known from earlier profiles.
  private var intervals: [IntervalTexts] = []
  private let lock = Monitor()

  /// Rows with more bytes than this are not held in memory.
  private static let mostHeld = 8 << 20

  /// The rows of a profile, or what is needed to make them.
  package struct Rows: Sendable {
    fileprivate let texts: ExportTexts
    fileprivate let pieces: [[UInt8]]?
  }

  package init(_ unit: ExportUnit) { self.unit = unit }

  /// Makes the rows of a profile, unless they are too many to hold.
  ///
  /// - Throws: ``ReportTooLong`` when a single row is longer than any report may be.
  package func rows(
    _ profile: Profile, _ explained: ExplainedSamples, _ source: ExportSource
  ) throws -> Rows {
    let texts = ExportTexts(profile, explained, source, unit)
    if texts.aboutBytes > Self.mostHeld { return Rows(texts: texts, pieces: nil) }
    var pieces: [[UInt8]] = []
    try make(texts, isAlone: true) { pieces.append(Array($0)) }
    return Rows(texts: texts, pieces: pieces)
  }

  /// Writes the rows of a profile.
  package func write(_ rows: Rows, _ drain: ([UInt8]) throws -> Void) throws {
    guard let pieces = rows.pieces else {
      return try make(rows.texts, isAlone: false) { try drain(Array($0)) }
    }
    for piece in pieces { try drain(piece) }
  }

  private func make(
    _ texts: ExportTexts, isAlone: Bool, _ take: (UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws {
    let known = borrow(isAlone ? 1 : coreCount * 2, texts)
    defer { giveBack(known) }
    if unit == .sample {
      try makeSamples(texts, known, take)
    } else {
      try makeGroups(texts, known[0], take)
    }
  }

  private func borrow(_ count: Int, _ texts: ExportTexts) -> [IntervalTexts] {
    lock.locked {
      let known = Array(intervals.suffix(count))
      intervals.removeLast(known.count)
      return known + (known.count..<count).map { _ in IntervalTexts() }
    }.map { known in
      known.prepare(texts.profile, texts.explained.sampling)
      return known
    }
  }

  private func giveBack(_ known: [IntervalTexts]) { lock.locked { intervals += known } }

  private func makeSamples(
    _ texts: ExportTexts, _ known: [IntervalTexts],
    _ take: (UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws {
    var next = 0
    try makeInOrder(
      buffers: known.map { ExportPiece($0) },
      claim: { $0.claim(from: &next, texts) },
      make: { piece in
        piece.count = 0
        piece.writeSamples(texts)
      },
      handOver: { piece in
        if piece.isTooLong { throw ReportTooLong() }
        try take(piece.bytes)
      })
  }

  private func makeGroups(
    _ texts: ExportTexts, _ known: IntervalTexts,
    _ take: (UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws {
    let piece = ExportPiece(known)
    for group in texts.groups() {
      piece.write(group, texts)
      if piece.isTooLong { throw ReportTooLong() }
      if piece.count >= 1 << 20 {
        try take(piece.bytes)
        piece.count = 0
        piece.forgetLast()
      }
    }
    if piece.count > 0 { try take(piece.bytes) }
  }
}
