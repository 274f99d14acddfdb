import Foundations
import Glibc
import ProfileModel

/// The samples of a sum, looked up by their stack and labels.
///
/// Stacks stay packed: a sum takes the memory of one profile with everything that occurs in any of
/// them, and the frames that neighbours share are neither hashed nor compared again.
struct MergedSamples {
  private var stacks = PackedStacks()

  /// By block: the number of frames before it.
  private var blockStarts = [0]
  private(set) var columns: [[Int64]]
  private var labels: [Label] = []
  private var labelEnds: [Int] = []
  private var index = RowIndex(about: 512)

  /// A buffer to unpack a stack into for comparison: its frames are at the end.
  private var candidate: [UInt32] = []

  /// After this many stacks, a block begins with a whole stack, so the frames that a stack shares
  /// with earlier ones are never far.
  private static let blockRows = 64

  init(columnCount: Int) { columns = [[Int64]](repeating: [], count: columnCount) }

  var count: Int { stacks.steps.count }

  /// Makes room for the samples of a profile, assuming that all of them are new.
  mutating func reserve(_ table: SampleTable) {
    // Blocks are shorter here, and each begins with a whole stack.
    let wholes = (table.count / Self.blockRows + 1) * (table.frameCount / max(1, table.count) + 1)
    stacks.reserve(
      frames: (table.packedStacks?.frames.count ?? table.frameCount) + 2 * wholes,
      stacks: table.count)
    for column in columns.indices { columns[column].reserveCapacity(count + table.count) }
    labels.reserveCapacity(labels.count + table.labels.count)
  }

  /// A stack that is being added to the sum.
  struct Stack {
    /// Rows of locations, leaf first.
    var frames: UnsafeBufferPointer<UInt32>

    /// The hash of its frames.
    var hash: UInt64

    /// The row of the previous stack, and how many frames, counted from the root, the two share.
    var last: Int
    var shared: Int

    /// How many frames it shares with the last row of the sum.
    var sharedWithEnd: Int
  }

  /// Returns the row of a sample. For a new one, its values are still missing.
  mutating func row(_ stack: Stack, _ newLabels: [Label]) -> (row: Int, isNew: Bool) {
    var hash = mixed(stack.hash ^ UInt64(stack.frames.count), seed: index.seed)
    // The order of the labels' keys must not matter, so their hashes are added.
    var sum: UInt64 = 0
    for label in newLabels {
      let names = UInt64(label.key.rawValue) << 32 | UInt64(label.string.rawValue)
      sum &+= mixed(
        mixed(names ^ index.seed, seed: index.seed) ^ UInt64(bitPattern: label.number),
        seed: index.seed)
    }
    hash = mixed(hash ^ sum, seed: index.seed)
    let row = index.row(UInt32(truncatingIfNeeded: hash)) { row in
      Self.isSame(row, stack, stacks, blockStarts, &candidate)
        && Self.hasLabels(row, newLabels, labels, labelEnds)
    }
    if row < count { return (row, false) }
    if row % Self.blockRows == 0, row > 0 {
      stacks.beginBlock(atFrame: stacks.frames.count, sample: row)
      blockStarts.append(stacks.frames.count)
      stacks.append(stack.frames, shared: 0)
    } else {
      stacks.append(stack.frames, shared: stack.sharedWithEnd)
    }
    if !newLabels.isEmpty {
      while labelEnds.count < row { labelEnds.append(labels.count) }
      labels.append(contentsOf: newLabels)
      labelEnds.append(labels.count)
    }
    return (row, true)
  }

  /// Adds the values of a column of a profile.
  ///
  /// - Parameter rows: by sample: its row; ``leftOut`` for those that are left out.
  /// - Returns: false when a sum overflows.
  mutating func add(_ values: [Int64], toColumn column: Int, _ rows: [UInt32]) -> Bool {
    let missing = count - columns[column].count
    columns[column].append(contentsOf: repeatElement(0, count: missing))
    return columns[column].withUnsafeMutableBufferPointer { sums in
      values.withUnsafeBufferPointer { values in
        rows.withUnsafeBufferPointer { rows in
          for sample in 0..<rows.count where rows[sample] != Self.leftOut {
            let row = Int(rows[sample])
            let (sum, overflow) = sums[row].addingReportingOverflow(values[sample])
            if overflow { return false }
            sums[row] = sum
          }
          return true
        }
      }
    }
  }

  /// Stands for the row of a sample that is left out.
  static let leftOut = UInt32.max

  /// Moves the samples into a table.
  mutating func takeTable() -> SampleTable {
    var table = SampleTable(typeCount: columns.count)
    swap(&table.values, &columns)
    swap(&table.labels, &labels)
    swap(&table.labelEnds, &labelEnds)
    table.setStacks(stacks)
    stacks = PackedStacks()
    return table
  }

  // MARK: Comparing

  private static func isSame(
    _ row: Int, _ stack: Stack, _ stacks: PackedStacks, _ blockStarts: [Int],
    _ candidate: inout [UInt32]
  ) -> Bool {
    let step = stacks.steps[row]
    let depth = stack.frames.count
    guard step.depth == depth else { return false }
    if depth == 0 { return true }
    // Profiles of one program mostly have their samples in the same order: then both stacks share
    // the same frames with those before them.
    if row == stack.last + 1, Int(step.shared) <= stack.shared {
      let first = ownStart(of: row, stacks, blockStarts)
      return isSame(stack.frames, stacks.frames, first, count: Int(step.own))
    }
    if candidate.count < depth { candidate = [UInt32](repeating: 0, count: depth * 2) }
    return candidate.withUnsafeMutableBufferPointer { whole in
      let end = whole.count
      // From the block's first stack on, each step replaces the frames that it does not share.
      // Frames deeper than the stack in question are not needed.
      let block = row / blockRows
      var place = blockStarts[block]
      stacks.frames.withUnsafeBufferPointer { frames in
        stacks.steps.withUnsafeBufferPointer { steps in
          for sample in block * blockRows...row {
            let own = Int(steps[sample].own)
            let shared = Int(steps[sample].shared)
            var count = min(own, depth - min(depth, shared))
            while count > 0 {
              // Counted from the root.
              let position = shared + count
              whole[end - position] = frames[place + own - count].rawValue
              count -= 1
            }
            place += own
          }
        }
      }
      return memcmp(
        stack.frames.baseAddress!, whole.baseAddress! + (end - depth),
        depth * MemoryLayout<UInt32>.stride) == 0
    }
  }

  private static func isSame(
    _ stack: UnsafeBufferPointer<UInt32>, _ frames: [LocationID], _ first: Int, count: Int
  ) -> Bool {
    if count == 0 { return true }
    return frames.withUnsafeBufferPointer { frames in
      frames.withMemoryRebound(to: UInt32.self) { frames in
        memcmp(
          stack.baseAddress!, frames.baseAddress! + first,
          count * MemoryLayout<UInt32>.stride) == 0
      }
    }
  }

  /// The position of a row's own frames.
  private static func ownStart(
    of row: Int, _ stacks: PackedStacks, _ blockStarts: [Int]
  ) -> Int {
    var place = blockStarts[row / blockRows]
    stacks.steps.withUnsafeBufferPointer { steps in
      for sample in row / blockRows * blockRows..<row { place += Int(steps[sample].own) }
    }
    return place
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

  /// The labels in an order that does not depend on how the keys are interleaved; the values of one
  /// key keep their order.
  private static func ordered(_ labels: [Label]) -> [Label] {
    if labels.count < 2 { return labels }
    return labels.enumerated().sorted {
      ($0.element.kind.rawValue, $0.element.key, $0.offset)
        < ($1.element.kind.rawValue, $1.element.key, $1.offset)
    }.map(\.element)
  }
}
