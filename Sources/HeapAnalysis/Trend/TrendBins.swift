/// Puts neighbouring snapshots together, so that all of many are looked at: the time that a fit
/// takes grows with the square of what it is put through. Of each bin the mean counts.
struct TrendBins {
  /// Where each bin begins, and the end of the last.
  private let bounds: [Int]

  /// By snapshot, and one past the last: its bin.
  private let binOfSnapshot: [Int]

  /// More bins than this are never judged.
  private static let most = 128

  /// So few are judged whatever it takes.
  private static let fewest = 16

  /// Pairs of bins that are compared, over all stacks; a few seconds' worth.
  private static let mostPairs = 1 << 26

  /// - Parameters:
  ///   - snapshots: how many there are.
  ///   - stacks: how many are judged at most.
  init(snapshots: Int, stacks: Int) {
    let affordable = (Double(2 * Self.mostPairs) / Double(max(1, stacks))).squareRoot()
    let most = max(Self.fewest, min(Self.most, Int(affordable)))
    // Of bins of about one size none counts more than another.
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

  /// The weights of the snapshots where those of the bins' means are given.
  func spread(_ weights: [Double]) -> [Double] {
    binOfSnapshot.dropLast().map { weights[$0] / size($0) }
  }

  /// How the part of a bin in which objects lived changes from one to the next: where, and by
  /// how much.
  ///
  /// - Parameters:
  ///   - birth: the first snapshot that has them.
  ///   - death: the first one after that has not.
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
