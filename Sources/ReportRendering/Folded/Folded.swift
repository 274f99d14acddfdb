import ProfileModel
import StackGraph

extension ReportContext {
  /// Returns folded stacks: root first, `;` between frames, a blank and the
  /// value at the end, one line a distinct stack, in the order of the bytes.
  ///
  /// Values are in the sample type's own unit, so their sum is the profile's
  /// total. Names cannot break the format: semicolons, line ends, other control
  /// characters and bytes that are no UTF-8 are escaped, so that names that
  /// differ stay different.
  ///
  /// - Parameter drain: takes the lines as they come, a megabyte at a time, since
  ///   they are ten times as large as the profile; what is left is returned.
  /// - Complexity: O(*f* + *l*) for *f* frames and *l* bytes of lines, but for
  ///   sorting the names.
  package func foldedText(
    drain: ((_ lines: UnsafeRawBufferPointer) throws -> Void)? = nil
  ) throws -> TextOutput {
    var output = TextOutput()
    let names = FoldedNames(builder.table)
    let parts = foldedParts(names)
    var cursor = FoldedStacks.Cursor(parts, names)
    // A megabyte of lines a core at a time is put together.
    let partBytes = 1 << 20
    var blocks: [FoldedLines] = []
    while true {
      let entries = try cursor.take(bytes: partBytes * coreCount)
      if entries.isEmpty { break }
      let ranges = Self.split(entries, bytes: partBytes)
      while blocks.count < ranges.count { blocks.append(FoldedLines()) }
      _ = concurrently(Array(zip(ranges, blocks))) { range, block in
        block.fill(entries[range], of: parts, names) { foldedValue($0, $1) }
      }
      for block in blocks[..<ranges.count] {
        if let drain {
          try drain(block.bytes)
        } else if output.fits(block.bytes.count) {
          output.write(block.bytes)
        } else {
          return output
        }
      }
    }
    return output
  }

  /// Returns ranges of about equally long texts.
  private static func split(_ entries: [FoldedStacks.Entry], bytes: Int) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start = 0
    var length = 0
    for (row, entry) in entries.enumerated() {
      length += entry.length
      if length >= bytes || row == entries.count - 1 {
        result.append(start..<row + 1)
        start = row + 1
        length = 0
      }
    }
    return result
  }

  /// One row a distinct stack; the names as folded stacks have them.
  package func foldedDocument() throws -> ReportDocument {
    let names = FoldedNames(builder.table)
    var rows: [[ReportDocument.Cell]] = []
    let parts = foldedParts(names)
    var cursor = FoldedStacks.Cursor(parts, names)
    while let entry = try cursor.take(bytes: 1).first {
      let figure = foldedValue(entry.value, entry.divisor)
      if figure == 0 { continue }
      let stack = parts[entry.part].withSymbols(of: entry) { symbols in
        symbols.map { ReportDocument.Cell.name(Array(names.bytes[names.range(of: $0)].dropLast())) }
      }
      rows.append([.list(stack), .value(figure)])
    }
    return ReportDocument("folded", self, [.init("rows", ["stack", "value"], rows)])
  }

  private func foldedValue(_ sum: Int64, _ divisor: Int64) -> Int64 {
    divided(divisor == 0 ? sum : sum / divisor)
  }

  /// The stacks, a part of the samples a core, each part sorted.
  private func foldedParts(_ names: FoldedNames) -> [FoldedStacks] {
    let samples = profile.samples
    let values = selection.values
    let divisors = selection.divisors
    let frames = FoldedFrames(builder.table, names)
    return concurrently(samples.parts()) { range in
      FoldedStacks(
        samples, range, values: values, divisors: divisors, frames: frames,
        noStack: names.noStack)
    }
  }
}
