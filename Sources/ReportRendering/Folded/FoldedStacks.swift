import ProfileModel
import StackGraph

/// The stacks of some samples as symbols, root first, sorted.
struct FoldedStacks: Sendable {
  /// The symbols of all stacks one after another, each ended by two zeros.
  private let symbols: [UInt32]
  private let starts: [Int]
  private let values: [Int64]
  private let divisors: [Int64]

  /// The stacks in the order of their lines.
  private let order: [UInt32]

  init(
    _ samples: SampleTable, _ range: Range<Int>, values: [Int64], divisors: [Int64]?,
    table: NodeTable, names: FoldedNames
  ) {
    var symbols: [UInt32] = []
    var starts: [Int] = []
    var stackValues: [Int64] = []
    var stackDivisors: [Int64] = []
    let nodes = table.locationNodes.map(\.rawValue)
    let nodeEnds = table.locationEnds
    samples.withFrameRows { frames in
      var lineCount = 0
      var frameStart = range.lowerBound == 0 ? 0 : samples.frameEnds[range.lowerBound - 1]
      let firstFrame = frameStart
      let lastFrame = range.isEmpty ? frameStart : samples.frameEnds[range.upperBound - 1]
      for frame in frames[firstFrame..<lastFrame] {
        let location = Int(frame)
        lineCount += nodeEnds[location] - (location == 0 ? 0 : nodeEnds[location - 1])
      }
      symbols.reserveCapacity(lineCount + range.count * 3)
      for sample in range {
        let frameEnd = samples.frameEnds[sample]
        defer { frameStart = frameEnd }
        if values[sample] == 0 { continue }
        starts.append(symbols.count)
        stackValues.append(values[sample])
        if let divisors { stackDivisors.append(divisors[sample]) }
        var index = frameEnd
        var leaf = 0
        while index > frameStart {
          index -= 1
          let location = Int(frames[index])
          let first = location == 0 ? 0 : nodeEnds[location - 1]
          var line = nodeEnds[location]
          while line > first {
            line -= 1
            leaf = Int(nodes[line])
            symbols.append(names.inner[leaf])
          }
        }
        if symbols.count == starts[starts.count - 1] {
          symbols.append(names.noStack)
        } else {
          symbols[symbols.count - 1] = names.leaf[leaf]
        }
        symbols.append(0)
        symbols.append(0)
      }
    }
    order = symbols.withUnsafeBufferPointer { symbols in
      starts.withUnsafeBufferPointer { starts in
        multikeySorted(count: starts.count, endMask: 0xffff_ffff) { row, depth in
          let position = starts[row] + depth * 2
          return UInt64(symbols[position]) << 32 | UInt64(symbols[position + 1])
        }
      }
    }
    self.symbols = symbols
    self.starts = starts
    self.values = stackValues
    self.divisors = stackDivisors
  }

  /// Calls the body with each distinct stack of several parts, in order.
  ///
  /// - Parameter body: takes the symbols, how many of them the stack before began
  ///   with too, and the sums of values and divisors.
  static func forEach(
    _ parts: [FoldedStacks],
    _ body: (
      _ stack: UnsafeBufferPointer<UInt32>, _ shared: Int, _ value: Int64, _ divisor: Int64
    ) throws -> Void
  ) rethrows {
    var next = parts.map { _ in 0 }
    var last: (part: Int, start: Int, count: Int)?
    while true {
      // The first stack among those that the parts come to next.
      var best: (part: Int, start: Int)?
      for part in parts.indices where next[part] < parts[part].order.count {
        let start = parts[part].start(next[part])
        if let known = best,
          !precedes(parts[part], start, parts[known.part], known.start)
        {
          continue
        }
        best = (part, start)
      }
      guard let best else { return }
      // Its equals come next in their parts.
      var value: Int64 = 0
      var divisor: Int64 = 0
      for part in parts.indices {
        while next[part] < parts[part].order.count {
          let row = Int(parts[part].order[next[part]])
          guard
            isEqual(parts[part], parts[part].starts[row], parts[best.part], best.start)
          else { break }
          value &+= parts[part].values[row]
          if !parts[part].divisors.isEmpty { divisor &+= parts[part].divisors[row] }
          next[part] += 1
        }
      }
      try parts[best.part].symbols.withUnsafeBufferPointer { symbols in
        var shared = 0
        var count = 0
        while symbols[best.start + count] != 0 { count += 1 }
        if let last {
          parts[last.part].symbols.withUnsafeBufferPointer { old in
            while shared < min(last.count, count),
              old[last.start + shared] == symbols[best.start + shared]
            {
              shared += 1
            }
          }
        }
        last = (best.part, best.start, count)
        try body(
          UnsafeBufferPointer(rebasing: symbols[best.start..<best.start + count]), shared, value,
          divisor)
      }
    }
  }

  private func start(_ position: Int) -> Int { starts[Int(order[position])] }

  private static func precedes(
    _ left: FoldedStacks, _ leftStart: Int, _ right: FoldedStacks, _ rightStart: Int
  ) -> Bool {
    var offset = 0
    while true {
      let (one, other) = (left.symbols[leftStart + offset], right.symbols[rightStart + offset])
      if one != other { return one < other }
      if one == 0 { return false }
      offset += 1
    }
  }

  private static func isEqual(
    _ left: FoldedStacks, _ leftStart: Int, _ right: FoldedStacks, _ rightStart: Int
  ) -> Bool {
    var offset = 0
    while true {
      let (one, other) = (left.symbols[leftStart + offset], right.symbols[rightStart + offset])
      if one != other { return false }
      if one == 0 { return true }
      offset += 1
    }
  }
}
