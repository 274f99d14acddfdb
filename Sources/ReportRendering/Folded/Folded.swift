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
  ) rethrows -> TextOutput {
    var output = TextOutput()
    let names = FoldedNames(builder.table)
    var line: [UInt8] = []
    // Where each symbol of the line ends in it.
    var ends: [Int] = []
    var block: [UInt8] = []
    let blockSize = 1 << 20
    try names.bytes.withUnsafeBufferPointer { text in
      try FoldedStacks.forEach(foldedParts(names)) { stack, shared, value, divisor in
        // What lines begin with alike is there already.
        ends.removeLast(ends.count - shared)
        let kept = ends.last ?? 0
        line.removeLast(line.count - kept)
        for symbol in stack[shared...] {
          line.append(contentsOf: UnsafeBufferPointer(rebasing: text[names.range(of: symbol)]))
          ends.append(line.count)
        }
        let figure = foldedValue(value, divisor)
        if figure == 0 { return }
        block.append(contentsOf: line)
        var digits = String(figure)
        digits.withUTF8 { block.append(contentsOf: $0) }
        block.append(UInt8(ascii: "\n"))
        guard block.count >= blockSize else { return }
        if let drain {
          try block.withUnsafeBytes(drain)
        } else if output.fits(block.count) {
          output.write(block)
        }
        block.removeAll(keepingCapacity: true)
      }
    }
    if output.fits(block.count) { output.write(block) }
    return output
  }

  /// One row a distinct stack; the names as folded stacks have them.
  package func foldedDocument() -> ReportDocument {
    let names = FoldedNames(builder.table)
    var rows: [[ReportDocument.Cell]] = []
    FoldedStacks.forEach(foldedParts(names)) { stack, _, value, divisor in
      let figure = foldedValue(value, divisor)
      if figure == 0 { return }
      rows.append([
        .list(stack.map { .name(Array(names.bytes[names.range(of: $0)].dropLast())) }),
        .value(figure),
      ])
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
    let table = builder.table
    return concurrently(samples.parts()) { range in
      FoldedStacks(
        samples, range, values: values, divisors: divisors, table: table, names: names)
    }
  }
}
