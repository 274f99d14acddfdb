import Foundations
import Glibc
import ProfileModel

/// The samples of a merge, found by their stack and labels.
///
/// Stacks are compared as rows of locations, so that no key has to be built for a sample: building
/// keys took ten times as long as reading the profiles.
struct MergedSamples {
  // The columns of the table, held here while samples are added.
  private var frames: [LocationID] = []
  private var frameEnds: [Int] = []
  var columns: [[Int64]] = []
  private var labels: [Label] = []
  private var labelEnds: [Int] = []

  private var index = RowIndex(about: 512)

  /// Makes room for the samples of a profile.
  mutating func reserve(_ table: SampleTable) {
    frames.reserveCapacity(frames.count + table.frameCount)
    frameEnds.reserveCapacity(frameEnds.count + table.count)
    labels.reserveCapacity(labels.count + table.labels.count)
  }

  /// Takes the columns out of a table, so that nothing else references them.
  mutating func begin(_ table: inout SampleTable) {
    swap(&frames, &table.frames)
    swap(&frameEnds, &table.frameEnds)
    swap(&columns, &table.values)
    swap(&labels, &table.labels)
    swap(&labelEnds, &table.labelEnds)
  }

  /// Gives the columns back.
  mutating func end(_ table: inout SampleTable) { begin(&table) }

  /// Returns the row of a sample. The values of a new one are still missing.
  mutating func row(_ stack: [UInt32], _ newLabels: [Label]) -> (row: Int, isNew: Bool) {
    let row = index.row(Self.hash(stack, newLabels, index.seed)) {
      Self.isSame($0, stack, frames, frameEnds) && Self.hasLabels($0, newLabels, labels, labelEnds)
    }
    if row < frameEnds.count { return (row, false) }
    stack.withUnsafeBufferPointer { stack in
      stack.withMemoryRebound(to: LocationID.self) { frames.append(contentsOf: $0) }
    }
    if !newLabels.isEmpty {
      while labelEnds.count < row { labelEnds.append(labels.count) }
      labels.append(contentsOf: newLabels)
      labelEnds.append(labels.count)
    }
    frameEnds.append(frames.count)
    return (row, true)
  }

  private static func hash(_ stack: [UInt32], _ labels: [Label], _ seed: UInt64) -> UInt32 {
    @inline(__always)
    func mix(_ value: UInt64) -> UInt64 { mixed(value, seed: seed) }
    var hash = seed ^ UInt64(stack.count)
    stack.withUnsafeBufferPointer { stack in
      var index = 0
      while index + 1 < stack.count {
        hash = mix(hash ^ (UInt64(stack[index]) << 32 | UInt64(stack[index + 1])))
        index += 2
      }
      if index < stack.count { hash = mix(hash ^ UInt64(stack[index])) }
    }
    // Labels count whatever the order of their keys, so their hashes are added.
    var sum: UInt64 = 0
    for label in labels {
      let names = UInt64(label.key.rawValue) << 32 | UInt64(label.string.rawValue)
      sum &+= mix(mix(names ^ seed) ^ UInt64(bitPattern: label.number))
    }
    return UInt32(truncatingIfNeeded: mix(hash ^ sum))
  }

  private static func isSame(
    _ row: Int, _ stack: [UInt32], _ frames: [LocationID], _ frameEnds: [Int]
  ) -> Bool {
    let range = (row == 0 ? 0 : frameEnds[row - 1])..<frameEnds[row]
    guard range.count == stack.count else { return false }
    if stack.isEmpty { return true }
    return frames.withUnsafeBufferPointer { frames in
      frames.withMemoryRebound(to: UInt32.self) { frames in
        stack.withUnsafeBytes {
          memcmp($0.baseAddress!, frames.baseAddress! + range.lowerBound, $0.count) == 0
        }
      }
    }
  }

  private static func hasLabels(
    _ row: Int, _ newLabels: [Label], _ labels: [Label], _ labelEnds: [Int]
  ) -> Bool {
    let old =
      row < labelEnds.count
      ? labels[(row == 0 ? 0 : labelEnds[row - 1])..<labelEnds[row]] : labels[..<0]
    guard old.count == newLabels.count else { return false }
    return old.elementsEqual(newLabels) || ordered(Array(old)) == ordered(newLabels)
  }

  /// The labels in an order that does not depend on how keys alternate; the values of one key keep
  /// their order.
  private static func ordered(_ labels: [Label]) -> [Label] {
    if labels.count < 2 { return labels }
    return labels.enumerated().sorted {
      ($0.element.kind.rawValue, $0.element.key, $0.offset)
        < ($1.element.kind.rawValue, $1.element.key, $1.offset)
    }.map(\.element)
  }
}
