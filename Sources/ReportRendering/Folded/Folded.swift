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
  /// - Parameter drain: takes the lines as they come, some at a time, since
  ///   they are ten times as large as the profile; what is left is returned.
  /// - Complexity: O(*f* + *l*) for *f* frames and *l* bytes of lines, but for
  ///   sorting the names.
  package func foldedText(
    drain: ((_ lines: UnsafeRawBufferPointer) throws -> Void)? = nil
  ) throws -> TextOutput {
    var output = TextOutput()
    let (tree, names, order) = try foldedTree()
    let labels = tree.labels
    var walk = FoldedWalk(order.top)
    // Very long lines are made one after another, not several at a time.
    let (longestLine, isLong) = tree.deepest.multipliedReportingOverflow(by: names.longest)
    let bufferCount = isLong || longestLine > 16 << 20 ? 1 : coreCount * 2
    let division = division
    let symbolBytes = names.usualBytes
    try makeInOrder(
      buffers: (0..<bufferCount).map { _ in FoldedLines() },
      claim: { $0.claim(from: &walk, order, symbolBytes: symbolBytes) },
      make: { $0.fill(labels, order, names) { division($1 == 0 ? $0 : $0 / $1) } },
      handOver: { lines in
        if lines.isTooLong { throw ReportTooLong() }
        if let drain {
          try drain(lines.bytes)
        } else if output.fits(lines.count) {
          output.write(lines.bytes)
        } else {
          throw ReportTooLong()
        }
      })
    return output
  }

  /// One row a distinct stack; the names as folded stacks have them.
  package func foldedDocument() throws -> ReportDocument {
    var rows: [[ReportDocument.Cell]] = []
    let (tree, names, order) = try foldedTree()
    var stack: [ReportDocument.Cell] = []
    // How many symbols stand up to the end of the node at each level.
    var ends = [0]
    var walk = FoldedWalk(order.top)
    while let row = order.nodes.withUnsafeBufferPointer({ walk.next($0) }) {
      let node = order.nodes[row]
      ends.removeLast(ends.count - walk.level)
      stack.removeLast(stack.count - ends[walk.level - 1])
      for symbol in tree.labels[node.start..<node.start + Int(node.count)] {
        stack.append(.name(names.name(of: symbol)))
      }
      ends.append(stack.count)
      if node.childCount > 0 { continue }
      let divisor = order.divisors.isEmpty ? 0 : order.divisors[row]
      let figure = divided(divisor == 0 ? node.value : node.value / divisor)
      if figure != 0 { rows.append([.list(stack), .value(figure)]) }
    }
    return ReportDocument("folded", self, [.init("rows", ["stack", "value"], rows)])
  }

  private func foldedTree() throws -> (FoldedTree, FoldedNames, FoldedOrder) {
    let names = FoldedNames(builder.table)
    let frames = FoldedFrames(builder.table, names)
    let samples = profile.samples
    let values = selection.values
    let divisors = selection.divisors
    // Names are put in order while the tree grows, which needs only that they differ.
    let work: [@Sendable () -> FoldedPart] = [
      { .ranks(names.ranks()) },
      {
        .tree(
          Result {
            try FoldedTree(
              samples, values: values, divisors: divisors, frames: frames, noStack: names.noStack)
          })
      },
    ]
    let parts =
      samples.frames.count < 1 << 14 ? work.map { $0() } : concurrently(work) { $0() }
    guard case .ranks(let ranks) = parts[0], case .tree(let tree) = parts[1] else {
      preconditionFailure("parts come in their order")
    }
    return (try tree.get(), names, FoldedOrder(try tree.get(), ranks: ranks))
  }

  private enum FoldedPart: Sendable {
    case ranks([UInt32])
    case tree(Result<FoldedTree, any Error>)
  }
}
