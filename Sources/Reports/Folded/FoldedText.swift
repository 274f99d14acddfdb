import Foundations
import ProfileModel
import StackGraph

extension ReportContext {
  /// Returns folded stacks: root first, `;` between frames, a blank and the value at the end, one
  /// line per distinct stack, in byte order.
  ///
  /// Values are in the sample type's own unit, so their sum is the profile's total. Names cannot
  /// break the format: semicolons, line ends, other control characters and bytes that are not UTF-8
  /// are escaped, so that different names stay different.
  ///
  /// - Parameter drain: takes the lines as they come, several at a time, since they are ten times
  ///   as large as the profile; what is left is returned.
  /// - Complexity: O(*f* + *l*) for *f* frames and *l* bytes of lines, except for sorting the
  ///   names.
  package func foldedText(
    drain: ((_ lines: Span<UInt8>) throws -> Void)? = nil
  ) throws -> TextOutput {
    try foldedText(
      partSymbols: FoldedParts.usualSymbols, cutBytes: FoldedLines.usualCutBytes, drain: drain)
  }

  /// - Parameters:
  ///   - partSymbols: about how many symbols make a part of the work.
  ///   - cutBytes: the number of bytes after which a part is handed over in pieces.
  func foldedText(
    partSymbols: Int, cutBytes: Int, drain: ((_ lines: Span<UInt8>) throws -> Void)?
  ) throws -> TextOutput {
    var output = TextOutput()
    let (names, parts) = try foldedParts(symbols: partSymbols)
    // Very long lines are made one after another, not concurrently.
    let (longestLine, isLong) = parts.stacks.mostSymbols
      .multipliedReportingOverflow(by: names.longest)
    let isOneByOne = parts.count == 1 || isLong || longestLine > 16 << 20
    let division = division
    var next = 0
    try makeInOrder(
      buffers: (0..<(isOneByOne ? 1 : coreCount * 2)).map { _ in
        FoldedLines(parts, names, cutBytes: cutBytes)
      },
      claim: { $0.claim(from: &next) },
      make: { $0.fill { division($1 == 0 ? $0 : $0 / $1) } },
      handOver: { lines in
        while true {
          if lines.isTooLong { throw ReportTooLong() }
          if let drain {
            try drain(lines.bytes.span)
          } else if output.fits(lines.count) {
            output.write(lines.bytes)
          } else {
            throw ReportTooLong()
          }
          if !lines.isCut { break }
          lines.fillOn { division($1 == 0 ? $0 : $0 / $1) }
        }
      })
    return output
  }

  func foldedParts(
    symbols: Int = FoldedParts.usualSymbols
  ) throws(ReportTooLong) -> (FoldedNames, FoldedParts) {
    let names = FoldedNames(builder.table)
    let stacks = FoldedStacks(
      samples: profile.samples, values: selection.values, divisors: selection.divisors,
      frames: FoldedFrames(builder.table, symbols: names.symbols), noStack: names.noStack,
      // A symbol is at least two bytes: no line could hold more.
      symbolLimit: TextOutput.limit / 2)
    do throws(StackTooLong) {
      return (names, try FoldedParts(stacks, symbols: symbols, ranks: { names.ranks() }))
    } catch {
      throw ReportTooLong()
    }
  }
}
