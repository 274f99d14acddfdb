import Foundations
import ProfileCodec
import Reports

/// Where rows go as they are made: to a file, compressed as its name says, or to standard
/// output.
final class RowOutput {
  private let session: Session
  private let place: OutputRequest

  /// Compresses and writes on a thread of its own; nil where all is kept.
  private let sink: BackgroundSink<[UInt8]>?
  private let compressor: StreamCompressor?
  private let drain: ((Span<UInt8>) throws -> Void)?

  /// What waits for the thread, or all rows where there is no drain.
  private var waiting: [UInt8] = []
  private var kept = TextOutput()
  private static let pieceBytes = 1 << 20

  init(_ session: Session, _ place: OutputRequest) throws {
    self.session = session
    self.place = place
    let drain = session.drainUnlessTerminal(place)
    self.drain = drain
    let name = place.file?.lowercased() ?? ""
    let form: StreamCompressor.Form? =
      name.hasSuffix(".zst") ? .zstd : name.hasSuffix(".gz") ? .gzip : nil
    let compressor = try form.map { try StreamCompressor($0) }
    self.compressor = compressor
    sink = drain.map { drain in
      BackgroundSink(limit: 2) { bytes in
        if let compressor {
          try compressor.add(bytes, drain)
        } else {
          try drain(bytes.span)
        }
      }
    }
  }

  func add(_ rows: [UInt8]) throws {
    guard let sink else {
      kept.write(rows)
      if kept.isOverLimit { throw ReportTooLong() }
      return
    }
    if waiting.isEmpty, rows.count >= Self.pieceBytes / 2 { return try sink.add(rows) }
    waiting += rows
    if waiting.count < Self.pieceBytes { return }
    try sink.add(waiting)
    waiting = []
  }

  /// Writes what is left, and puts a file into its place.
  func finish() throws {
    if let sink, let drain {
      try sink.add(waiting)
      try sink.finish()
      try compressor?.add([], isLast: true, drain)
    }
    try session.deliver(session.isForPeople(place) ? kept.withoutControls() : kept, place)
  }
}
