import Foundations

/// The objects of a dump in columns, and the pointers between them.
///
/// Objects are numbered in the order of the file, which is that of the heap's spans: the objects of
/// a page are consecutive and ascending.
package struct HeapObjects: Sendable {
  /// The lowest address of the heap. Addresses are stored as words of 8 bytes relative to it.
  package internal(set) var base: UInt64 = 0

  package internal(set) var words: [UInt32] = []
  package internal(set) var shapes: [UInt32] = []

  /// What the first word of each object shows: a row of ``HeapDump/marks``.
  package internal(set) var marks: [UInt16] = []

  /// Where the pointers of each object end in ``edges``.
  package internal(set) var edgeEnds: [UInt32] = []

  /// The target words during reading, later the numbers of objects.
  package internal(set) var edges: [UInt32] = []

  package internal(set) var shapeTable = ObjectShapes()

  /// By page of 8 KB.
  var pages: [Page] = []

  struct Page {
    /// The first object in the page.
    var first: UInt32 = 0
    var count: UInt32 = 0

    /// The size of each of its objects, in words.
    var size: UInt32 = 0
  }

  static let pageShift: UInt32 = 10

  package var count: Int { words.count }

  package func address(of object: Int) -> UInt64 { base + UInt64(words[object]) * 8 }

  @inline(__always)
  package func size(of object: Int) -> Int { Int(shapeTable.sizes[Int(shapes[object])]) }

  @inline(__always)
  package func edgeRange(of object: Int) -> Range<Int> {
    (object == 0 ? 0 : Int(edgeEnds[object - 1]))..<Int(edgeEnds[object])
  }

  /// Returns the object that contains an address.
  package func object(at address: UInt64) -> Int? {
    guard address >= base, (address - base) / 8 <= UInt64(UInt32.max) else { return nil }
    let word = UInt32((address - base) / 8)
    let row = words.withUnsafeBufferPointer { words in
      pages.withUnsafeBufferPointer { Self.object(at: word, words, $0) }
    }
    return row == .max ? nil : Int(row)
  }

  /// The number of the object that contains a word; the largest number when none does.
  @inline(__always)
  static func object(
    at word: UInt32, _ words: UnsafeBufferPointer<UInt32>, _ pages: UnsafeBufferPointer<Page>
  ) -> UInt32 {
    let index = Int(word >> pageShift)
    guard index < pages.count else { return .max }
    let page = pages[index]
    if page.count == 0 { return .max }
    var low = Int(page.first)
    guard words[low] <= word else { return .max }
    // Free slots are left out, so an object is in this place or an earlier one.
    var high = low + Int(min(page.count &- 1, (word &- words[low]) / page.size))
    if words[high] > word {
      while low < high {
        let middle = (low + high + 1) / 2
        if words[middle] <= word { low = middle } else { high = middle - 1 }
      }
    } else {
      low = high
    }
    return word &- words[low] < page.size ? UInt32(truncatingIfNeeded: low) : .max
  }

  /// Converts target words to numbers of objects; pointers to no object are dropped.
  mutating func resolveEdges() {
    let parts = rangesPerCore(ofEdgesIn: edgeEnds)
    let words = words
    let pages = pages
    let ends = edgeEnds
    let targets = edges
    edges = []
    edgeEnds = []
    let resolved = concurrently(parts) { part -> (edges: [UInt32], ends: [UInt32]) in
      Self.resolve(part, words, pages, ends, targets)
    }
    var edges: [UInt32] = []
    edges.reserveCapacity(resolved.reduce(0) { $0 + $1.edges.count })
    edgeEnds.reserveCapacity(words.count)
    for part in resolved {
      let start = UInt32(edges.count)
      edgeEnds += part.ends.lazy.map { start + $0 }
      edges += part.edges
    }
    self.edges = edges
  }

  private static func resolve(
    _ objects: Range<Int>, _ words: [UInt32], _ pages: [Page], _ ends: [UInt32],
    _ targets: [UInt32]
  ) -> (edges: [UInt32], ends: [UInt32]) {
    var edge = objects.lowerBound == 0 ? 0 : Int(ends[objects.lowerBound - 1])
    let last = objects.isEmpty ? edge : Int(ends[objects.upperBound - 1])
    var newEnds: [UInt32] = []
    newEnds.reserveCapacity(objects.count)
    let edges = words.withUnsafeBufferPointer { words in
      pages.withUnsafeBufferPointer { pages in
        targets.withUnsafeBufferPointer { targets in
          [UInt32](unsafeUninitializedCapacity: last - edge) { edges, count in
            for object in objects {
              let end = Int(ends[object])
              while edge < end {
                let found = Self.object(at: targets[edge], words, pages)
                edge += 1
                if found != .max, found != UInt32(object) {
                  edges[count] = found
                  count += 1
                }
              }
              newEnds.append(UInt32(count))
            }
          }
        }
      }
    }
    return (edges, newEnds)
  }

  private func rangesPerCore(ofEdgesIn ends: [UInt32]) -> [Range<Int>] {
    guard isWorthSplitting(edges.count, from: 1 << 15) else { return [0..<count] }
    var starts = [0]
    for part in 1..<coreCount {
      let wanted = UInt32(edges.count * part / coreCount)
      starts.append(firstNumber(in: starts[part - 1]..<count) { ends[$0] >= wanted })
    }
    return zip(starts, starts.dropFirst() + [count]).map { $0..<max($0, $1) }
  }
}
