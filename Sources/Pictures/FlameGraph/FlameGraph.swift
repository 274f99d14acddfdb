import Ownership
import Foundations
import HeapAnalysis
package import ProfileModel
import StackGraph

/// One profile of a picture, or one side of a comparison.
package struct FlameSnapshot: Sendable {
  /// Its name for people: that of its file, `before`, `after`.
  package var name: String

  /// Nanoseconds since 1970; 0 when unknown.
  package var time: Int64

  /// Σ of each sample type over all samples, as in the tree.
  package internal(set) var totals: [Int64] = []
}

/// The data of flame graphs: the call tree of one or more profiles, with the values of all their
/// sample types.
package struct FlameGraph: Sendable {
  package struct ValueType: Hashable, Sendable {
    package var name: String
    package var unit: String
  }

  /// Why profiles do not fit in one picture.
  package enum Problem: Error, Equatable {
    case noCommonSampleTypes
    case units(sampleType: String, String, String)
    /// A sum exceeds 64 bits.
    case overflow(sampleType: String)
  }

  /// In the order of time, as far as known.
  package let snapshots: [FlameSnapshot]
  package let types: [ValueType]
  package let frames: FlameFrames
  package let tree: FlameTree

  /// The share of the total of some sample type that a node must have to be in the tree; 0 when all
  /// are.
  package let prunedBelow: Double

  /// How many nodes were left out, not counting those below them.
  package let prunedCount: Int

  /// The snapshots are the two sides of a difference, the earlier one first.
  package let isDifference: Bool

  /// A sample type's sum in a snapshot, with gains and losses apart.
  package func sum(snapshot: Int, type: Int) -> SignedSum {
    SignedSum(tree.ownValues[column(snapshot: snapshot, type: type)])
  }

  /// The tree's column of a sample type in a snapshot.
  package func column(snapshot: Int, type: Int) -> Int { snapshot * types.count + type }

  /// - Parameters:
  ///   - parts: the profiles. One that was read with `--diff-base` becomes two snapshots,
  ///     distinguished by `pprof::base`.
  ///   - onlyType: leaves out the other sample types.
  ///   - separatesFiles: distinguishes functions of one name in several files.
  ///   - isReversed: builds the tree from the leaves outward.
  ///   - pruneBelow: the share of a total that a node must have; nil to choose it by the size of
  ///     the profile.
  /// - Complexity: O(*f*) for *f* frames of nodes that are kept.
  package init(
    _ parts: [FlamePart], onlyType: Bool = false, separatesFiles: Bool = false,
    isReversed: Bool = false, pruneBelow: Double? = nil
  ) throws(Problem) {
    let types = try Self.commonTypes(parts.map(\.selection), onlyType: onlyType)
    let tables = parts.map { part in
      NodeTable(
        part.selection.profile, trimPath: part.selection.options.trimPath,
        sourcePath: part.selection.options.sourcePath)
    }
    let numbers = FlameFrameNumbers(tables)
    var sources: [FlameSource] = []
    var snapshots: [FlameSnapshot] = []
    var isDifference = false
    for (index, part) in parts.enumerated() {
      let profile = part.selection.profile
      let locations = FlameLocations(tables[index], numbers: numbers.ofNodes[index])
      let columns = types.map { profile.column(named: $0.name) ?? part.selection.column }
      func add(_ name: String, _ rows: [UInt32], isNegated: Bool) {
        sources.append(
          FlameSource(
            samples: profile.samples, rows: rows, frames: locations,
            values: columns.map { profile.samples.values[$0] },
            firstColumn: snapshots.count * types.count, isNegated: isNegated,
            isReversed: isReversed))
        snapshots.append(FlameSnapshot(name: name, time: profile.figuresNanoseconds))
      }
      let all = Array(0..<UInt32(profile.samples.count))
      let isBase = profile.baseSamples()
      if let isBase, parts.count == 1 {
        isDifference = true
        add("before", all.filter { isBase[Int($0)] }, isNegated: true)
        add("after", all.filter { !isBase[Int($0)] }, isNegated: false)
        // The time of a difference is that of the earlier profile.
        for side in snapshots.indices { snapshots[side].time = 0 }
      } else {
        add(part.name, all, isNegated: false)
      }
    }
    let frameCount = sources.reduce(0) { sum, source in
      sum + source.rows.count * source.samples.frameCount / max(1, source.samples.count)
    }
    let share = pruneBelow ?? (frameCount > Self.unprunedFrames ? Self.pruningShare : 0)
    let columnCount = snapshots.count * types.count
    var magnitudes = [UInt64](repeating: 0, count: columnCount)
    for source in sources {
      for type in types.indices {
        var sum: UInt64 = 0
        for row in source.rows {
          let (partial, overflow) = sum.addingReportingOverflow(
            source.values[type][Int(row)].magnitude)
          if overflow || partial > Int64.max { throw .overflow(sampleType: types[type].name) }
          sum = partial
        }
        magnitudes[source.firstColumn + type] = sum
      }
    }
    // The tree grows on one core; determining whose code functions are needs no tree.
    let (owners, builder) = alongside {
      parts.map { $0.ownership.owners(in: $0.selection.plainProfile) }
    } _: {
      FlameTreeBuilder(
        sources, columnCount: columnCount,
        cutoffs: magnitudes.map { UInt64((Double($0) * share).rounded(.up)) }, frames: numbers)
    }
    sources = []
    var isUsed = [Bool](repeating: false, count: Int(numbers.pruned) + 1)
    for frame in builder.frames { isUsed[Int(frame)] = true }
    frames = FlameFrames(
      zip(parts, tables).map { ($0.selection, $1) }, numbers,
      used: isUsed.indices.filter { isUsed[$0] }.map(UInt32.init), separatesFiles: separatesFiles,
      owners: owners)
    let tree = FlameTree(builder, numbers: frames.ofNumbers)
    self.tree = tree
    prunedCount = builder.prunedCount
    for index in snapshots.indices {
      snapshots[index].totals = types.indices.map { type in
        tree.ownValues[index * types.count + type].reduce(0, &+)
      }
    }
    self.snapshots = snapshots
    self.types = types
    self.isDifference = isDifference
    prunedBelow = share
  }

  /// Profiles with fewer frames are small enough to show entirely.
  private static let unprunedFrames = 400_000

  /// A tenth of a pixel in a picture of a thousand pixels.
  private static let pruningShare = 0.0001

  private static func commonTypes(
    _ selections: [Selection], onlyType: Bool
  ) throws(Problem) -> [ValueType] {
    let lists = selections.map { selection in
      let profile = selection.profile
      let columns = onlyType ? [selection.column] : Array(profile.sampleTypes.indices)
      return columns.map { column in
        ValueType(
          name: profile.sampleTypeName(column),
          unit: profile.strings[profile.sampleTypes[column].unit])
      }
    }
    guard let first = lists.first else { throw .noCommonSampleTypes }
    let common = first.filter { type in
      lists.allSatisfy { $0.contains { $0.name == type.name } }
    }
    if common.isEmpty { throw .noCommonSampleTypes }
    for type in common {
      for other in lists.joined() where other.name == type.name && other.unit != type.unit {
        throw .units(sampleType: type.name, type.unit, other.unit)
      }
    }
    return common
  }
}

extension Profile {
  /// Returns the profile without the samples of a subtracted base.
  package func withoutBase() -> Profile {
    guard let isBase = baseSamples() else { return self }
    var profile = self
    profile.samples = samples.selecting(isBase.indices.filter { !isBase[$0] })
    return profile
  }

  /// Which samples are those of a base; nil when there are none.
  fileprivate func baseSamples() -> [Bool]? {
    guard let key = strings.find(baseLabelKey), let yes = strings.find("true") else { return nil }
    let flags = (0..<samples.count).map { sample in
      samples.labels[samples.labelRange(of: sample)].contains {
        $0.key == key && $0.kind == .text && $0.string == yes
      }
    }
    return flags.contains(true) ? flags : nil
  }
}
