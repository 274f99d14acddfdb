/// The samples of a profile, in columns: a stack, one value a sample type, labels.
package struct SampleTable: Sendable {
  /// The stacks of all samples one after another, each leaf first.
  package var frames: [LocationID] = []

  /// Where the stack of each sample ends in ``frames``.
  package var frameEnds: [Int] = []

  /// One column a sample type: `values[type][sample]`, in the type's unit.
  package var values: [[Int64]] = []

  /// The labels of all samples one after another, in the order of the file.
  package var labels: [Label] = []

  /// Where the labels of each sample end in ``labels``. May be shorter than
  /// ``count``: the samples behind its end have none.
  package var labelEnds: [Int] = []

  package init(typeCount: Int = 0) {
    values = [[Int64]](repeating: [], count: typeCount)
  }

  package var count: Int { frameEnds.count }

  package func frameRange(of sample: Int) -> Range<Int> {
    (sample == 0 ? 0 : frameEnds[sample - 1])..<frameEnds[sample]
  }

  package func labelRange(of sample: Int) -> Range<Int> {
    guard sample < labelEnds.count else { return labels.count..<labels.count }
    return (sample == 0 ? 0 : labelEnds[sample - 1])..<labelEnds[sample]
  }

  /// The values of one sample, one a sample type.
  package func values(of sample: Int) -> [Int64] { values.map { $0[sample] } }

  package func hasOnlyZeros(_ sample: Int) -> Bool { values.allSatisfy { $0[sample] == 0 } }

  /// Adds a sample.
  ///
  /// - Precondition: `newValues` has one value a sample type.
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

  /// Returns the samples at the given rows, in that order.
  package func selecting(_ rows: [Int]) -> SampleTable {
    var result = SampleTable(typeCount: values.count)
    result.frameEnds.reserveCapacity(rows.count)
    for row in rows {
      result.frames.append(contentsOf: frames[frameRange(of: row)])
      result.frameEnds.append(result.frames.count)
      let range = labelRange(of: row)
      if !range.isEmpty {
        while result.labelEnds.count < result.count - 1 {
          result.labelEnds.append(result.labels.count)
        }
        result.labels.append(contentsOf: labels[range])
        result.labelEnds.append(result.labels.count)
      }
    }
    result.values = values.map { column in rows.map { column[$0] } }
    return result
  }
}
