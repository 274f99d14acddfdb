/// Groups neighbouring snapshots into bins, so that all of many snapshots are used: the time of a
/// fit grows with the square of the number of its values. Each bin counts with its mean.
struct TrendBins {
  /// The start of each bin, and the end of the last.
  private let bounds: [Int]

  /// By snapshot, and one past the last: its bin.
  private let binOfSnapshot: [Int]

  /// The largest number of bins.
  private static let most = 128

  /// At least this many bins are allowed, however long they take.
  private static let fewest = 16

  /// The number of pairs of bins that are compared, over all stacks; it takes a few seconds.
  private static let mostPairs = 1 << 26

  /// - Parameters:
  ///   - snapshots: the number of snapshots.
  ///   - stacks: the largest number of stacks that are judged.
  init(snapshots: Int, stacks: Int) {
    let affordable = (Double(2 * Self.mostPairs) / Double(max(1, stacks))).squareRoot()
    let most = max(Self.fewest, min(Self.most, Int(affordable)))
    // Bins of about the same size have about the same weight.
    let size = max(1, (snapshots + most - 1) / most)
    let count = (snapshots + size - 1) / size
    bounds = (0...count).map { count == 0 ? 0 : $0 * snapshots / count }
    var bins: [Int] = []
    for bin in 0..<count {
      for _ in bounds[bin]..<bounds[bin + 1] { bins.append(bin) }
    }
    binOfSnapshot = bins + [count]
  }

  var count: Int { bounds.count - 1 }

  private func size(_ bin: Int) -> Double { Double(bounds[bin + 1] - bounds[bin]) }

  /// The mean of each bin.
  func means(_ values: [Double]) -> [Double] {
    (0..<count).map { bin in
      values[bounds[bin]..<bounds[bin + 1]].reduce(0, +) / size(bin)
    }
  }

  /// The weights of the snapshots, given those of the bins' means.
  func spread(_ weights: [Double]) -> [Double] {
    binOfSnapshot.dropLast().map { weights[$0] / size($0) }
  }

  /// The fraction of a bin's snapshots in which objects lived, as changes from one bin to the next:
  /// where, and by how much.
  ///
  /// - Parameters:
  ///   - birth: the first snapshot that has the objects.
  ///   - death: the first one after it that does not.
  func changes(birth: Int, death: Int) -> [(bin: Int, change: Double)] {
    let first = binOfSnapshot[birth]
    let last = binOfSnapshot[death - 1]
    func part(_ bin: Int) -> Double {
      if bin < first || bin > last { return 0 }
      let lived = min(death, bounds[bin + 1]) - max(birth, bounds[bin])
      return Double(lived) / size(bin)
    }
    return Set([first, first + 1, last, last + 1]).sorted()
      .map { (bin: $0, change: part($0) - part($0 - 1)) }.filter { $0.change != 0 }
  }
}
