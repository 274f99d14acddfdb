import Foundations
import ProfileModel

/// What one label, or one set of labels, contributes to a node.
package struct Tag: Sendable {
  package var name: [UInt8]
  /// For numbers: the value and its unit.
  package var number: Int64 = 0
  package var unit = ""
  package var flat: Int64 = 0
  package var cum: Int64 = 0
  package var flatDivisor: Int64 = 0
  package var cumDivisor: Int64 = 0

  package var flatValue: Int64 { flatDivisor == 0 ? flat : flat / flatDivisor }
  package var cumValue: Int64 { cumDivisor == 0 ? cum : cum / cumDivisor }

  package init(name: [UInt8], number: Int64 = 0, unit: String = "") {
    self.name = name
    self.number = number
    self.unit = unit
  }
}

/// The labels at each node of a graph: a sample's texts together as one set, and below each set the
/// `bytes` numbers (docs/pprof-semantics.md, section 15, dot).
package struct GraphTags: Sendable {
  /// By node: the sets of texts, and the numbers of each set.
  var texts: [Int: [Int: Tag]] = [:]
  var numbers: [Int: [Int: [String: Tag]]] = [:]

  package init() {}

  package func textTags(of node: Int) -> [(set: Int, tag: Tag)] {
    (texts[node] ?? [:]).map { ($0.key, $0.value) }.sorted { $0.set < $1.set }
  }

  /// The numbers below a set of texts; 0 for those without texts.
  package func numberTags(of node: Int, set: Int) -> [Tag] {
    (numbers[node]?[set] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
  }

  /// The number of labels at a node that have a flat value.
  func flatCount(of node: Int) -> Int {
    let textCount = (texts[node] ?? [:]).values.count { $0.flat != 0 }
    let numberCount = (numbers[node] ?? [:]).values.reduce(0) {
      $0 + $1.values.count { $0.flat != 0 }
    }
    return textCount + numberCount
  }

  /// Removes labels whose flat and cum are both below a value.
  mutating func remove(below cutoff: Int64) {
    if cutoff <= 0 { return }
    func isKept(_ tag: Tag) -> Bool {
      tag.flat.magnitude >= UInt64(cutoff) || tag.cum.magnitude >= UInt64(cutoff)
    }
    texts = texts.mapValues { $0.filter { isKept($0.value) } }
    numbers = numbers.mapValues { $0.mapValues { $0.filter { isKept($0.value) } } }
  }
}

extension GraphBuilder {
  /// Returns the labels at each node.
  ///
  /// - Parameter kept: the existing nodes; nil for all.
  func tags(kept: [Bool]?) -> GraphTags {
    let samples = selection.profile.samples
    let values = selection.values
    let divisors = selection.divisors
    let labels = SampleTags(selection)
    let table = self.table
    let parts = concurrently(samples.parts()) { range in
      var sums = TagSums()
      var counted = [Int](repeating: -1, count: table.count)
      let words = EdgeWalk(
        table,
        kept.map { $0.map { $0 ? .kept : [] } }
          ?? [NodeRoles](repeating: .kept, count: table.count))
      if samples.count == 0 { return sums.all }
      samples.withStackCursor { stacks in
        stacks.begin(at: range.lowerBound)
        for sample in range {
          let value = values[sample]
          let divisor = divisors?[sample] ?? 0
          let tags = labels.tags(of: sample)
          if tags.isEmpty || value == 0 && divisor == 0 { continue }
          var leaf: UInt32?
          let stack = stacks.stack(of: sample)
          for index in 1..<stack.depth + 1 {
            words.forEachNode(of: stack.end[-index]) { node in
              leaf = node
              guard let node, counted[Int(node)] != sample else { return }
              counted[Int(node)] = sample
              for tag in tags { sums.add(tag, to: node, sample, value, divisor, isFlat: false) }
            }
          }
          guard let leaf else { continue }
          for tag in tags { sums.add(tag, to: leaf, sample, value, divisor, isFlat: true) }
        }
      }
      return sums.all
    }
    return labels.graphTags(parts)
  }
}
