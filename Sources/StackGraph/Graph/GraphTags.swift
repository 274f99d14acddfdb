import ProfileModel

/// What one label, or one set of labels, adds to a node.
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

/// The labels at each node of a graph: a sample's texts together as one, and
/// beneath each such set the `bytes` numbers (conformance/SEMANTICS.md, section 15, dot).
package struct GraphTags: Sendable {
  struct TextKey: Hashable, Sendable {
    var node: Int
    /// Which set of texts; 0 is none.
    var set: Int
  }

  /// By node: the sets of texts, and the numbers of each set.
  fileprivate(set) var texts: [Int: [Int: Tag]] = [:]
  fileprivate(set) var numbers: [Int: [Int: [String: Tag]]] = [:]

  package init() {}

  package func textTags(of node: Int) -> [(set: Int, tag: Tag)] {
    (texts[node] ?? [:]).map { ($0.key, $0.value) }.sorted { $0.set < $1.set }
  }

  /// The numbers that stand beneath a set of texts; 0 for those without texts.
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

/// Adds up labels, sample by sample.
struct TagCollector {
  private(set) var tags = GraphTags()
  private let profile: Profile
  private let bytesUnit: String
  private let outputUnit: String
  private let baseKey: StringID?
  private let bytesKey: StringID?
  private var sets: [[UInt8]: Int] = [[]: 0]
  private var setNames: [[UInt8]] = [[]]

  // The labels of the sample at hand.
  private var set = 0
  private var sizes: [(text: String, value: Int64)] = []

  init(_ selection: Selection) {
    profile = selection.profile
    outputUnit = selection.options.unit
    baseKey = profile.strings.find(baseLabelKey)
    bytesKey = profile.strings.find("bytes")
    bytesUnit = bytesKey.map { selection.labelUnits.unit(of: $0) } ?? ""
  }

  mutating func begin(_ sample: Int) {
    sizes = []
    var texts: [[UInt8]] = []
    for label in profile.samples.labels[profile.samples.labelRange(of: sample)] {
      if label.kind == .text {
        if label.key == baseKey { continue }
        texts.append(
          Array(profile.strings[bytesOf: label.key]) + [UInt8(ascii: ":")]
            + profile.strings[bytesOf: label.string])
      } else if label.key == bytesKey {
        let text = ScaledValue(label.number, from: bytesUnit, to: outputUnit).text
        sizes.append((text, label.number))
      }
    }
    texts.sort { $0.lexicographicallyPrecedes($1) }
    // dot's own line break, written out.
    let name = Array(texts.joined(separator: Array("\\n".utf8)))
    if let known = sets[name] {
      set = known
    } else {
      set = setNames.count
      sets[name] = set
      setNames.append(name)
    }
  }

  mutating func add(to node: Int, value: Int64, divisor: Int64, isFlat: Bool) {
    func add(_ tag: inout Tag) {
      if isFlat {
        tag.flat &+= value
        tag.flatDivisor &+= divisor
      } else {
        tag.cum &+= value
        tag.cumDivisor &+= divisor
      }
    }
    if set != 0 {
      add(&tags.texts[node, default: [:]][set, default: Tag(name: setNames[set])])
    }
    for size in sizes {
      add(
        &tags.numbers[node, default: [:]][set, default: [:]][
          size.text,
          default: Tag(name: Array(size.text.utf8), number: size.value, unit: bytesUnit)])
    }
  }
}

extension GraphBuilder {
  /// Returns the labels at each node.
  ///
  /// - Parameter kept: which nodes there are; nil for all.
  func tags(kept: [Bool]?) -> GraphTags {
    let samples = selection.profile.samples
    let values = selection.values
    let divisors = selection.divisors
    var collector = TagCollector(selection)
    var counted = [Int](repeating: -1, count: table.count)
    for sample in 0..<samples.count {
      let value = values[sample]
      let divisor = divisors?[sample] ?? 0
      if value == 0, divisor == 0 { continue }
      collector.begin(sample)
      var leaf: Int?
      for frame in samples.frames[samples.frameRange(of: sample)].reversed() {
        for line in table.nodeRange(of: frame.index).reversed() {
          let node = table.locationNodes[line].index
          leaf = nil
          if let kept, !kept[node] { continue }
          leaf = node
          if counted[node] == sample { continue }
          counted[node] = sample
          collector.add(to: node, value: value, divisor: divisor, isFlat: false)
        }
      }
      if let leaf { collector.add(to: leaf, value: value, divisor: divisor, isFlat: true) }
    }
    return collector.tags
  }
}
