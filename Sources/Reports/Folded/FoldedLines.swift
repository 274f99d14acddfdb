import Glibc
import ProfileModel
import StackGraph

/// A piece of the lines of folded stacks. Each line copies its beginning from the previous one.
final class FoldedLines: TextPiece, @unchecked Sendable {
  private let parts: FoldedParts
  private let names: FoldedNames
  private var part: FoldedPart
  private var claimed = 0
  private var walk = FoldedWalk(0..<0)

  /// How many bytes of the next line are complete.
  private var valid = 0

  /// Where the previous line begins.
  private var lastLine = 0

  /// The length of the text up to the end of the node at each level; level 0 is the root.
  private var ends = [0]

  /// Lines of the part are missing because they have too many bytes for one piece.
  private(set) var isCut = false
  private let cutBytes: Int
  static let usualCutBytes = 16 << 20

  init(_ parts: FoldedParts, _ names: FoldedNames, cutBytes: Int) {
    self.parts = parts
    self.names = names
    self.cutBytes = cutBytes
    part = FoldedPart(parts.stacks)
    super.init()
  }

  /// Takes the next part; false when there is none.
  func claim(from next: inout Int) -> Bool {
    claimed = next
    next += 1
    return claimed < parts.count
  }

  /// Composes the lines of the part.
  ///
  /// - Parameter figure: computes the figure of a stack from its sums of values and divisors; a
  ///   line of 0 is left out.
  func fill(figure: (_ value: Int64, _ divisor: Int64) -> Int64) {
    do throws(StackTooLong) { try part.fill(parts, claimed) } catch {
      isTooLong = true
      return
    }
    walk = FoldedWalk(part.order.top)
    count = 0
    valid = 0
    lastLine = 0
    ends = [0]
    append(figure)
  }

  /// Composes further lines after the last ones were handed over.
  func fillOn(figure: (_ value: Int64, _ divisor: Int64) -> Int64) {
    // The last line, up to its figure, is where the next one begins.
    valid = ends[ends.count - 1]
    memmove(memory, memory + lastLine, valid)
    count = 0
    lastLine = 0
    append(figure)
  }

  private func append(_ figure: (_ value: Int64, _ divisor: Int64) -> Int64) {
    let labels = part.tree.labels
    let order = part.order
    let divisors = order.divisors
    let longest = names.longest
    var walk = self.walk
    var ends = self.ends
    var valid = self.valid
    var lastLine = self.lastLine
    var count = self.count
    defer {
      self.walk = walk
      self.ends = ends
      self.valid = valid
      self.lastLine = lastLine
      self.count = count
    }
    isCut = true
    names.records.withUnsafeBytes { records in
      labels.withUnsafeBufferPointer { labels in
        order.nodes.withUnsafeBufferPointer { nodes in
          while count < cutBytes {
            guard let row = walk.next(nodes) else {
              isCut = false
              return
            }
            let node = nodes[row]
            ends.removeLast(ends.count - walk.level)
            let start = ends[walk.level - 1]
            let label = UnsafeBufferPointer(
              rebasing: labels[node.start..<node.start + Int(node.count)])
            let length = Self.length(label, records, longest: longest)
            if start + length > TextOutput.limit + Self.roughBytes {
              isTooLong = true
              return
            }
            self.count = count
            reserve(start + length + FoldedNames.step + 32, keeping: valid)
            let line = memory + count
            if valid < start { memcpy(line + valid, memory + lastLine + valid, start - valid) }
            valid = start + Self.copy(label, records, to: line + start)
            ends.append(valid)
            if valid > TextOutput.limit {
              isTooLong = true
              return
            }
            if node.childCount > 0 { continue }
            let figure = figure(node.value, divisors.isEmpty ? 0 : divisors[row])
            // Although left out, it is what the next line copies from.
            if figure == 0 { continue }
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

  private static let roughBytes = 1 << 16

  /// At least the bytes of the symbols, and at most what they could have if that is little.
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

  /// Copies the texts of symbols, and a few bytes more; returns their length.
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
