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
  package func foldedText() throws(ReportTooLong) -> TextOutput {
    var output = TextOutput()
    for stack in try foldedStacks() {
      output.write(stack.line)
      output.line(String(stack.value))
    }
    return output
  }

  /// One row a distinct stack; the names as folded stacks have them.
  package func foldedDocument() throws(ReportTooLong) -> ReportDocument {
    let stacks = try foldedStacks()
    return ReportDocument(
      "folded", self,
      [
        .init(
          "rows", ["stack", "value"],
          stacks.map { stack in
            [
              .list(
                stack.line.dropLast().split(separator: UInt8(ascii: ";")).map { .name(Array($0)) }),
              .value(stack.value),
            ]
          })
      ])
  }

  private struct FoldedStack {
    /// The names and the blank behind them, which counts in the order of the lines.
    var line: [UInt8]
    var value: Int64
  }

  private func foldedStacks() throws(ReportTooLong) -> [FoldedStack] {
    let table = builder.table
    let samples = profile.samples
    let values = selection.values
    let divisors = selection.divisors
    let names = (0..<table.count).map { Self.foldedName(table.printableName(NodeID($0))) }
    var sums: [FoldedKey: Int64] = [:]
    var divisorSums: [FoldedKey: Int64] = [:]
    var scratch: [UInt32] = []
    for sample in 0..<samples.count {
      if values[sample] == 0 { continue }
      scratch.removeAll(keepingCapacity: true)
      for frame in samples.frames[samples.frameRange(of: sample)].reversed() {
        for index in table.nodeRange(of: frame.index).reversed() {
          scratch.append(table.locationNodes[index].rawValue)
        }
      }
      let key = FoldedKey(nodes: scratch)
      sums[key, default: 0] &+= values[sample]
      if let divisors { divisorSums[key, default: 0] &+= divisors[sample] }
    }
    var stacks: [FoldedStack] = []
    var byteCount = 0
    for (key, sum) in sums {
      var value = sum
      if let divisor = divisorSums[key], divisor != 0 { value /= divisor }
      value = divided(value)
      if value == 0 { continue }
      // Counted first: deep stacks of long names would fill the memory.
      for node in key.nodes { byteCount += names[Int(node)].count + 1 }
      if byteCount > TextOutput.limit { throw ReportTooLong() }
      var line: [UInt8] = []
      for (index, node) in key.nodes.enumerated() {
        if index > 0 { line.append(UInt8(ascii: ";")) }
        line.append(contentsOf: names[Int(node)])
      }
      // A sample without a stack still counts.
      if key.nodes.isEmpty { line.append(contentsOf: "<no stack>".utf8) }
      line.append(UInt8(ascii: " "))
      stacks.append(FoldedStack(line: line, value: value))
    }
    // Different nodes may have one name: then the value decides.
    stacks.sort {
      if $0.line == $1.line { return String($0.value) < String($1.value) }
      return $0.line.lexicographicallyPrecedes($1.line)
    }
    return stacks
  }

  private struct FoldedKey: Hashable { var nodes: [UInt32] }

  private static func foldedName(_ name: [UInt8]) -> [UInt8] {
    let safe = safeName(name)
    guard safe.contains(UInt8(ascii: ";")) else { return safe }
    return safe.flatMap { $0 == UInt8(ascii: ";") ? Array("\\x3b".utf8) : [$0] }
  }
}
