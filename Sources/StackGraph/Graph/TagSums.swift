import Foundations
import ProfileModel

/// The tags of each sample, as numbers: its texts together as one set, and each of its `bytes`
/// numbers.
struct SampleTags: Sendable {
  /// A set of texts, or a number below one.
  private struct Entry {
    var set: Int
    /// Nil for the set of texts itself.
    var size: (text: String, value: Int64)?
  }

  private var entries: [Entry] = []
  private var setNames: [[UInt8]] = [[]]
  private let bytesUnit: String

  /// The tags of all samples in sequence, and where those of each sample end.
  private var tags: [UInt32] = []
  private var ends: [Int] = []

  init(_ selection: Selection) {
    struct Size: Hashable {
      var set: Int
      var value: Int64
    }
    let profile = selection.profile
    let samples = profile.samples
    let baseKey = profile.strings.find(baseLabelKey)
    let bytesKey = profile.strings.find("bytes")
    bytesUnit = bytesKey.map { selection.labelUnits.unit(of: $0) } ?? ""
    var sets: [[UInt8]: Int] = [[]: 0]
    var setTags: [Int: UInt32] = [:]
    var sizeTags: [Size: UInt32] = [:]
    /// The same by the labels' numbers, since many samples may have one long text.
    var setsOfLabels: [[StringID]: Int] = [:]
    var texts: [StringID] = []
    var sizes: [Int64] = []
    ends.reserveCapacity(samples.labelEnds.count)
    for sample in 0..<samples.labelEnds.count {
      texts.removeAll(keepingCapacity: true)
      sizes.removeAll(keepingCapacity: true)
      for label in samples.labels[samples.labelRange(of: sample)] {
        if label.kind == .text {
          if label.key == baseKey { continue }
          texts.append(label.key)
          texts.append(label.string)
        } else if label.key == bytesKey {
          sizes.append(label.number)
        }
      }
      var set = 0
      if !texts.isEmpty {
        if let known = setsOfLabels[texts] {
          set = known
        } else {
          let name = Self.name(of: texts, profile.strings)
          set = sets[name] ?? setNames.count
          if set == setNames.count {
            sets[name] = set
            setNames.append(name)
          }
          setsOfLabels[texts] = set
        }
        let tag = setTags[set] ?? UInt32(entries.count)
        if tag == entries.count {
          setTags[set] = tag
          entries.append(Entry(set: set))
        }
        if set != 0 { tags.append(tag) }
      }
      for size in sizes {
        let tag = sizeTags[Size(set: set, value: size)] ?? UInt32(entries.count)
        if tag == entries.count {
          sizeTags[Size(set: set, value: size)] = tag
          let text = ScaledValue(size, from: bytesUnit, to: selection.options.unit).text
          entries.append(Entry(set: set, size: (text, size)))
        }
        tags.append(tag)
      }
      ends.append(tags.count)
    }
  }

  /// - Parameter labels: alternating keys and texts.
  private static func name(of labels: [StringID], _ strings: StringTable) -> [UInt8] {
    let texts = stride(from: 0, to: labels.count, by: 2).map {
      Array(strings[bytesOf: labels[$0]]) + [UInt8(ascii: ":")] + strings[bytesOf: labels[$0 + 1]]
    }
    // dot's own escape for a line break.
    return Array(
      texts.sorted { $0.lexicographicallyPrecedes($1) }.joined(separator: Array("\\n".utf8)))
  }

  func tags(of sample: Int) -> ArraySlice<UInt32> {
    guard sample < ends.count else { return [] }
    return tags[(sample == 0 ? 0 : ends[sample - 1])..<ends[sample]]
  }

  /// Combines the sums of the parts, in the order of the samples.
  func graphTags(_ parts: [[TagSums.Row]]) -> GraphTags {
    var result = GraphTags()
    func add(_ sum: TagSums.Row, to tag: inout Tag) {
      tag.flat &+= sum.flat
      tag.cum &+= sum.cum
      tag.flatDivisor &+= sum.flatDivisor
      tag.cumDivisor &+= sum.cumDivisor
    }
    // Numbers with the same text are one tag, with the number that came first.
    for sum in parts.joined().sorted(by: { ($0.sample, $0.tag) < ($1.sample, $1.tag) }) {
      let entry = entries[Int(sum.tag)]
      let node = Int(sum.node)
      if let size = entry.size {
        add(
          sum,
          to: &result.numbers[node, default: [:]][entry.set, default: [:]][
            size.text,
            default: Tag(name: Array(size.text.utf8), number: size.value, unit: bytesUnit)])
      } else {
        add(
          sum,
          to: &result.texts[node, default: [:]][
            entry.set, default: Tag(name: setNames[entry.set])])
      }
    }
    return result
  }
}

/// The sum of each tag at each node.
struct TagSums: ~Copyable {
  struct Row {
    var node: UInt32
    var tag: UInt32
    /// The first sample with the tag at this node.
    var sample: Int
    var flat: Int64 = 0
    var cum: Int64 = 0
    var flatDivisor: Int64 = 0
    var cumDivisor: Int64 = 0
  }

  private var rows = OwnedBuffer<Row>(capacity: 512)
  private var index = RowIndex(about: 512)

  var all: [Row] { (0..<index.count).map { rows[$0] } }

  @inline(__always)
  mutating func add(
    _ tag: UInt32, to node: UInt32, _ sample: Int, _ value: Int64, _ divisor: Int64, isFlat: Bool
  ) {
    // Looking up the row may move all rows.
    let index = row(node, tag, sample)
    let row = rows.start + index
    if isFlat {
      row.pointee.flat &+= value
      row.pointee.flatDivisor &+= divisor
    } else {
      row.pointee.cum &+= value
      row.pointee.cumDivisor &+= divisor
    }
  }

  @inline(__always)
  private mutating func row(_ node: UInt32, _ tag: UInt32, _ sample: Int) -> Int {
    let count = index.count
    let row = index.row(index.hash(UInt64(node) << 32 | UInt64(tag))) {
      rows[$0].node == node && rows[$0].tag == tag
    }
    if row == count {
      if row == rows.capacity { rows.grow(to: row * 2, keeping: row) }
      rows[row] = Row(node: node, tag: tag, sample: sample)
    }
    return row
  }
}
