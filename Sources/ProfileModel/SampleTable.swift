/// The samples of a profile, in columns: a stack, one value per sample type, labels.
package struct SampleTable: Sendable {
  /// The stacks of all samples in sequence, each leaf first.
  ///
  /// Packed stacks, as in a profile that was read, are unpacked at the first use;
  /// ``withStackCursor(_:)`` does not need that.
  package var frames: [LocationID] {
    get { store?.unpacked.frames ?? wholeFrames }
    _modify {
      unpack()
      yield &wholeFrames
    }
  }

  /// Where the stack of each sample ends in ``frames``.
  package var frameEnds: [Int] {
    get { store?.unpacked.ends ?? wholeEnds }
    _modify {
      unpack()
      yield &wholeEnds
    }
  }

  // The stacks are here, or in the store if there is one.
  private var wholeFrames: [LocationID] = []
  private var wholeEnds: [Int] = []
  private var store: StackStore?

  /// One column per sample type: `values[type][sample]`, in the type's unit.
  package var values: [[Int64]] = []

  /// The labels of all samples in sequence, in the order of the file.
  package var labels: [Label] = []

  /// Where the labels of each sample end in ``labels``. May be shorter than ``count``: the
  /// remaining samples have none.
  package var labelEnds: [Int] = []

  /// Whether each stack lacks its outer frames because the profiler limits the depth; empty when no
  /// stack is known to.
  package var isCut: [Bool] = []

  package init(typeCount: Int = 0) {
    values = [[Int64]](repeating: [], count: typeCount)
  }

  package var count: Int { store?.sampleCount ?? wholeEnds.count }

  /// The number of frames of all stacks.
  package var frameCount: Int { store?.depthSum ?? wholeFrames.count }

  package func frameRange(of sample: Int) -> Range<Int> {
    if let store { return Self.range(of: sample, store.unpacked.ends) }
    return Self.range(of: sample, wholeEnds)
  }

  private static func range(of sample: Int, _ ends: [Int]) -> Range<Int> {
    (sample == 0 ? 0 : ends[sample - 1])..<ends[sample]
  }

  /// Nil after the first use of whole stacks.
  package var packedStacks: PackedStacks? { store?.stacks }

  /// See ``longestStack``; nil when it has to be computed.
  var packedLongest: Int? { store?.longest }

  /// The table with whole stacks, for loops that access each of them.
  package var whole: SampleTable {
    var table = self
    table.unpack()
    return table
  }

  /// Replaces all stacks.
  package mutating func setStacks(_ stacks: PackedStacks) {
    wholeFrames = []
    wholeEnds = []
    store = StackStore(stacks)
  }

  /// Unpacks the stacks, so that they can be changed.
  private mutating func unpack() {
    guard let store else { return }
    (wholeFrames, wholeEnds) = store.unpacked
    self.store = nil
  }

  package func labelRange(of sample: Int) -> Range<Int> {
    guard sample < labelEnds.count else { return labels.count..<labels.count }
    return (sample == 0 ? 0 : labelEnds[sample - 1])..<labelEnds[sample]
  }

  /// The values of one sample, one per sample type.
  package func values(of sample: Int) -> [Int64] { values.map { $0[sample] } }

  package func hasOnlyZeros(_ sample: Int) -> Bool { values.allSatisfy { $0[sample] == 0 } }

  /// Adds a sample.
  ///
  /// - Precondition: `newValues` has one value per sample type.
  package mutating func append(
    stack: some Collection<LocationID>, values newValues: some Collection<Int64>,
    labels newLabels: some Collection<Label> = EmptyCollection()
  ) {
    precondition(newValues.count == values.count, "one value a sample type")
    if !newLabels.isEmpty {
      while labelEnds.count < count { labelEnds.append(labels.count) }
      labels.append(contentsOf: newLabels)
      labelEnds.append(labels.count)
    }
    frames.append(contentsOf: stack)
    frameEnds.append(frames.count)
    for (column, value) in newValues.enumerated() { values[column].append(value) }
  }

  /// Returns the samples at the given rows, which must ascend.
  package func selecting(_ rows: [Int]) -> SampleTable {
    var stacks = PackedStacks()
    if let first = rows.first {
      withStackCursor { cursor in
        cursor.begin(at: first)
        for row in rows {
          let stack = cursor.stack(of: row)
          stacks.append(stack.frames, shared: stack.shared)
        }
      }
    }
    return selecting(rows, stacks)
  }

  /// Returns the samples at the given rows with new stacks, one per row.
  package func selecting(_ rows: [Int], _ stacks: PackedStacks) -> SampleTable {
    precondition(stacks.steps.count == rows.count, "a stack a row")
    var result = SampleTable(typeCount: values.count)
    result.setStacks(stacks)
    result.values = values.map { column in rows.map { column[$0] } }
    if !isCut.isEmpty { result.isCut = rows.map { isCut[$0] } }
    for (index, row) in rows.enumerated() {
      let range = labelRange(of: row)
      if range.isEmpty { continue }
      while result.labelEnds.count < index { result.labelEnds.append(result.labels.count) }
      result.labels.append(contentsOf: labels[range])
      result.labelEnds.append(result.labels.count)
    }
    return result
  }
}
