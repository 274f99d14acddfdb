import Foundations

/// A subject's amounts in the profiles of one side.
struct SideAmounts {
  struct One {
    var amount: BudgetAmount

    /// The whole sample type: Σ|value|, and what the samples say of it.
    var magnitude: Int64
    var total: SampledSum?
  }

  var profiles: [One] = []
  var isSinceStart = false

  func mean(of path: (One) -> Int64) -> Int64 {
    if profiles.count == 1 { return path(profiles[0]) }
    return Int64(nearest: profiles.reduce(0) { $0 + Double(path($1)) } / Double(profiles.count))
  }

  /// The lines to blame in all profiles, as means, largest first.
  var blame: [BlamedLine] {
    if profiles.count == 1 { return profiles[0].amount.blame }
    struct Place: Hashable {
      var function: String
      var file: String
      var line: Int64
    }
    var lines: [Place: BlamedLine] = [:]
    for line in profiles.flatMap(\.amount.blame) {
      let place = Place(function: line.function, file: line.file, line: line.line)
      guard var sum = lines[place] else {
        lines[place] = line
        continue
      }
      sum.value = saturatingSum(sum.value, line.value)
      sum.share += line.share
      lines[place] = sum
    }
    return lines.values.map { line in
      var line = line
      line.value /= Int64(profiles.count)
      line.share /= Double(profiles.count)
      return line
    }.sorted {
      ($1.value, $0.function, $0.file, $0.line) < ($0.value, $1.function, $1.file, $1.line)
    }
  }
}
