import Foundations
import Glibc
import HeapAnalysis
import ProfileModel

/// Some rows of `export`, composed in a buffer of their own.
final class ExportPiece: SamplePiece, @unchecked Sendable {
  /// The samples of this piece.
  private var range = 0..<0
  private let intervals: IntervalTexts

  // The stack written last; neighbours mostly share their outer frames.
  private var lastFrames = 0..<0
  private var lastNames = WrittenList()
  private var lastLines = WrittenList()

  /// The approximate size of a piece, in bytes.
  private static let pieceBytes = 1 << 20

  init(_ intervals: IntervalTexts) { self.intervals = intervals }

  /// Takes the next samples; false when there are none.
  func claim(from next: inout Int, _ texts: ExportTexts) -> Bool {
    let first = next
    var bytes = 0
    while bytes < Self.pieceBytes, next < texts.samples.count {
      bytes += stackBytes(texts.samples.frameRange(of: next), texts) + 512
      next += 1
    }
    range = first..<next
    return !range.isEmpty
  }

  private func stackBytes(_ frames: Range<Int>, _ texts: ExportTexts) -> Int {
    texts.samples.frames[frames].reduce(0) {
      $0 + texts.names.range($1.index).count + texts.lines.range($1.index).count + 2
    }
  }

  /// Writes one row per sample.
  func writeSamples(_ texts: ExportTexts) {
    forgetLast()
    for sample in range {
      write(texts.head(ofOrigin: texts.origin(ofSample: sample)))
      guard writeStack(ofSample: sample, texts) else { return }
      write(texts.blame(line: texts.explained.lineOfSample[sample]))
      comma()
      write(texts.finding(rule: texts.explained.ruleOfSample[sample]))
      comma()
      if texts.samples.labelRange(of: sample).isEmpty {
        write(texts.noLabels)
      } else {
        writeLabels(sample, of: texts.samples, texts.labels(ofSample:))
      }
      writeFigures(ofSample: sample, texts)
    }
  }

  /// Writes one row for a group of samples.
  func write(_ group: ExportGroup, _ texts: ExportTexts) {
    write(texts.head(ofOrigin: group.origin))
    if texts.unit == .stack {
      guard writeStack(ofSample: group.sample, texts) else { return }
    } else {
      write(Self.noStack)
    }
    write(texts.unit == .finding ? texts.blame(line: -1) : texts.blame(line: group.line))
    comma()
    write(texts.finding(rule: group.rule))
    comma()
    write(texts.noLabels)
    let ends = group.sums.map { $0.map { intervals.ends(of: $0) } }
    figures("sampled", texts) { column in
      group.sums[column].map { Int64(nearest: $0.sampledObjects) }
    }
    figures("value", texts) { group.values[$0] }
    figures("low", texts) { ends[$0]?.low }
    figures("high", texts) { ends[$0]?.high }
    write(Self.end)
  }

  /// Forgets what was written last: it is gone, or is of another profile.
  func forgetLast() {
    lastFrames = 0..<0
    lastNames = WrittenList()
    lastLines = WrittenList()
  }

  // MARK: Parts of a row

  private static let noStack = Array(
    #""stack":null,"stack_lines":null,"leaf":null,"leaf_line":null,"#.utf8)
  private static let stackStart = Array(#""stack":["#.utf8)
  private static let linesStart = Array(#"],"stack_lines":["#.utf8)
  private static let stackEnd = Array("],".utf8)
  private static let end = Array("}\n".utf8)

  private func comma() {
    reserve(1)
    write(UInt8(ascii: ","))
  }

  /// - Returns: false, with nothing written, when the row would exceed any output's limit.
  private func writeStack(ofSample sample: Int, _ texts: ExportTexts) -> Bool {
    let range = texts.samples.frameRange(of: sample)
    if count + stackBytes(range, texts) > TextOutput.limit {
      isTooLong = true
      return false
    }
    return texts.samples.frames.withUnsafeBufferPointer { all in
      let frames = UnsafeBufferPointer(rebasing: all[range])
      let last = UnsafeBufferPointer(rebasing: all[lastFrames])
      var shared = 0
      while shared < min(frames.count, last.count),
        frames[frames.count - 1 - shared] == last[last.count - 1 - shared]
      {
        shared += 1
      }
      lastFrames = range
      write(Self.stackStart)
      writeList(texts.names, frames, shared: shared, &lastNames)
      write(Self.linesStart)
      writeList(texts.lines, frames, shared: shared, &lastLines)
      write(Self.stackEnd)
      texts.leaves.withText(frames.first?.index ?? texts.leaves.ends.count - 2) { write($0) }
      comma()
      return true
    }
  }

  /// The position of the text of a stack that was written.
  private struct WrittenList {
    var start = 0

    /// By number of frames from the root: the length of their text in bytes.
    var ends = [0]
  }

  /// Writes the texts of a stack, root first. The texts of the frames that it shares with the last
  /// stack are copied from there in one piece.
  private func writeList(
    _ texts: JSONPieces, _ frames: UnsafeBufferPointer<LocationID>, shared: Int,
    _ last: inout WrittenList
  ) {
    let start = count
    let size = last.ends[shared]
    reserve(size)
    memcpy(memory + start, memory + last.start, size)
    count += size
    last.ends.removeSubrange((shared + 1)...)
    for position in shared..<frames.count {
      if position > 0 { comma() }
      texts.withText(frames[frames.count - 1 - position].index) { write($0) }
      last.ends.append(count - start)
    }
    last.start = start
  }

  /// Writes `,"name":{"alloc_space":…}`.
  private func figures(_ name: StaticString, _ texts: ExportTexts, _ value: (Int) -> Int64?) {
    reserve(name.utf8CodeUnitCount + 8)
    write(UInt8(ascii: ","))
    write(UInt8(ascii: "\""))
    memcpy(memory + count, name.utf8Start, name.utf8CodeUnitCount)
    count += name.utf8CodeUnitCount
    write(UInt8(ascii: "\""))
    write(UInt8(ascii: ":"))
    write(UInt8(ascii: "{"))
    for (column, key) in texts.typeKeys.enumerated() {
      if column > 0 { comma() }
      write(key)
      reserve(24)
      if let value = value(column) {
        count += Self.write(value, to: memory + count)
      } else {
        memcpy(memory + count, "null", 4)
        count += 4
      }
    }
    reserve(1)
    write(UInt8(ascii: "}"))
  }

  /// Writes a byte if there is room.
  private func write(_ byte: UInt8) {
    memory[count] = byte
    count += 1
  }

  private func writeFigures(ofSample sample: Int, _ texts: ExportTexts) {
    let counts: [IntervalTexts.Figure?]
    if let sampling = texts.explained.sampling {
      let profile = texts.profile
      counts = texts.typeKeys.indices.map {
        intervals.figure(ofSample: sample, column: $0, in: profile, sampling)
      }
    } else {
      counts = texts.noFigures
    }
    let columns = texts.samples.values
    figures("sampled", texts) { counts[$0]?.sampled }
    figures("value", texts) { columns[$0][sample] }
    figures("low", texts) { counts[$0]?.low }
    figures("high", texts) { counts[$0]?.high }
    write(Self.end)
  }
}

/// The intervals computed so far: most samples stand for one block, of one of a few sizes.
final class IntervalTexts: @unchecked Sendable {
  struct Figure {
    var sampled: Int64
    var low: Int64
    var high: Int64
  }

  private struct Key: Hashable {
    var count: Int
    var size: Int64
    var column: Int
  }

  private var known: [Key: Figure] = [:]
  private var sums: [SampledSum: Figure] = [:]

  /// The period that the known intervals are for.
  private var period: Int64 = 0
  private var types: [String] = []

  private static let most = 1 << 16

  /// Forgets the intervals when a profile was sampled differently.
  func prepare(_ profile: Profile, _ sampling: HeapSampling?) {
    let types = profile.sampleTypes.indices.map(profile.sampleTypeName)
    if let sampling, sampling.period != period || types != self.types {
      known.removeAll(keepingCapacity: true)
      period = sampling.period
      self.types = types
    }
  }

  func figure(
    ofSample sample: Int, column: Int, in profile: Profile, _ sampling: HeapSampling
  ) -> Figure? {
    guard
      let objects = sampling.sampledObjects(ofSample: sample, column: column, in: profile)
    else { return nil }
    let key = Key(count: Int(objects.count), size: objects.size, column: column)
    if let figure = known[key] { return figure }
    guard let sum = sampling.sum(of: CollectionOfOne(sample), column: column, in: profile) else {
      return nil
    }
    if known.count >= Self.most { known.removeAll(keepingCapacity: true) }
    let figure = ends(of: sum)
    known[key] = figure
    return figure
  }

  func ends(of sum: SampledSum) -> Figure {
    if let figure = sums[sum] { return figure }
    if sums.count >= Self.most { sums.removeAll(keepingCapacity: true) }
    let interval = sum.interval
    let figure = Figure(
      sampled: Int64(nearest: sum.sampledObjects), low: Int64(nearest: interval.low),
      high: Int64(nearest: interval.high))
    sums[sum] = figure
    return figure
  }
}
