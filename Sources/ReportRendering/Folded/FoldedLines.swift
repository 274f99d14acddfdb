import Glibc
import ProfileModel

/// A piece of the lines of folded stacks: a line takes what it begins with from
/// the line before.
final class FoldedLines: TextPiece, @unchecked Sendable {
  /// The nodes above the first step, and the steps; ``claim(from:_:symbolBytes:)`` sets them.
  private var way: [Int] = []
  private var steps: [Step] = []

  /// A node, or a node and all below it.
  private struct Step {
    var node: Int

    /// How many nodes it is away from the root.
    var level: Int
    var isWhole: Bool
  }

  /// About how many bytes of lines make a piece: they are to stay in a core's cache.
  private static let pieceBytes = 256 << 10

  /// Takes the next steps, for a piece of lines; false when there are none.
  ///
  /// - Parameter symbolBytes: about how many bytes a symbol has.
  func claim(from walk: inout FoldedWalk, _ order: FoldedOrder, symbolBytes: Int) -> Bool {
    way.removeAll(keepingCapacity: true)
    way.append(contentsOf: walk.way)
    steps.removeAll(keepingCapacity: true)
    let pieceSymbols = Self.pieceBytes / symbolBytes
    var symbols = 0
    order.nodes.withUnsafeBufferPointer { nodes in
      while symbols < pieceSymbols, let row = walk.next(nodes) {
        let weight = Int(nodes[row].weight)
        let isWhole = nodes[row].childCount == 0 || symbols + weight <= pieceSymbols * 2
        steps.append(Step(node: row, level: walk.level, isWhole: isWhole))
        if isWhole {
          symbols += weight
          walk.skip()
        }
      }
    }
    return !steps.isEmpty
  }

  /// Puts the lines together.
  ///
  /// - Parameter figure: what is written for a stack's sums of values and divisors;
  ///   a line of 0 is left out.
  func fill(
    _ labels: [UInt32], _ order: FoldedOrder, _ names: FoldedNames,
    figure: (_ value: Int64, _ divisor: Int64) -> Int64
  ) {
    count = 0
    let divisors = order.divisors
    let longest = names.longest
    // How much of the line is there, and where the line before begins.
    var valid = 0
    var lastLine = 0
    // How long the text is up to the end of the node at each level; 0 is the root.
    var ends = [0]
    names.records.withUnsafeBytes { records in
      labels.withUnsafeBufferPointer { labels in
        order.nodes.withUnsafeBufferPointer { nodes in
          func append(_ node: FoldedOrder.Node, level: Int) -> Bool {
            ends.removeLast(ends.count - level)
            let start = ends[level - 1]
            let label = UnsafeBufferPointer(
              rebasing: labels[node.start..<node.start + Int(node.count)])
            let length = Self.length(label, records, longest: longest)
            if start + length > TextOutput.limit + Self.roughBytes { return false }
            reserve(start + length + FoldedNames.step + 32, keeping: valid)
            let line = memory + count
            if valid < start { memcpy(line + valid, memory + lastLine + valid, start - valid) }
            valid = start + Self.copy(label, records, to: line + start)
            ends.append(valid)
            return valid <= TextOutput.limit
          }
          for (level, row) in way.enumerated() where !append(nodes[row], level: level + 1) {
            isTooLong = true
            return
          }
          for step in steps {
            var walk = FoldedWalk(UInt32(step.node)..<UInt32(step.node + 1))
            while let row = walk.next(nodes) {
              let node = nodes[row]
              guard append(node, level: step.level + walk.level - 1) else {
                isTooLong = true
                return
              }
              if !step.isWhole { break }
              if node.childCount > 0 { continue }
              let figure = figure(node.value, divisors.isEmpty ? 0 : divisors[row])
              // Left out, it still is what the next line begins like.
              if figure == 0 { continue }
              let line = memory + count
              line[valid - 1] = UInt8(ascii: " ")
              let end = valid + Self.write(figure, to: line + valid)
              line[end] = UInt8(ascii: "\n")
              lastLine = count
              count += end + 1
              valid = 0
            }
          }
        }
      }
    }
  }

  private static let roughBytes = 1 << 16

  /// No fewer bytes than the symbols have, and no more than they could have when
  /// that is little.
  private static func length(
    _ symbols: UnsafeBufferPointer<UInt32>, _ records: UnsafeRawBufferPointer, longest: Int
  ) -> Int {
    let most = symbols.count.multipliedReportingOverflow(by: longest)
    if !most.overflow, most.partialValue <= roughBytes { return most.partialValue }
    var length = 0
    for symbol in symbols {
      length += Int(
        records.loadUnaligned(fromByteOffset: Int(symbol >> 1) << 4, as: UInt32.self))
    }
    return length
  }

  /// Copies the texts of symbols, and some bytes more; returns their length.
  @inline(__always)
  private static func copy(
    _ symbols: UnsafeBufferPointer<UInt32>, _ records: UnsafeRawBufferPointer,
    to place: UnsafeMutablePointer<UInt8>
  ) -> Int {
    typealias Bytes = SIMD64<UInt8>
    var end = UnsafeMutableRawPointer(place)
    for symbol in symbols {
      let record = records.baseAddress! + Int(symbol >> 1) << 4
      let length = Int(record.loadUnaligned(as: UInt32.self))
      end.storeBytes(of: record.loadUnaligned(fromByteOffset: 4, as: Bytes.self), as: Bytes.self)
      if length > FoldedNames.step {
        memcpy(
          end + FoldedNames.step, record + 4 + FoldedNames.step, length - FoldedNames.step)
      }
      end += length
    }
    return end - UnsafeMutableRawPointer(place)
  }
}
