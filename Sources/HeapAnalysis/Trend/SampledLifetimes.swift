/// Sampled objects of one block size that were live in the same snapshots.
struct Cohort {
  /// The first snapshot that has them, and the first one after it that does not.
  var birth: Int
  var death: Int
  var count: Double

  /// The bytes of one object.
  var size: Double

  /// The probability that an object is sampled, above 0 and at most 1.
  var probability: Double
}

extension SnapshotSeries {
  /// The sampled objects of some stacks, by the snapshots in which they live.
  ///
  /// From one snapshot of a process to the next, the profile shows by how many the sampled objects
  /// increased or decreased, and how many were allocated in between. This gives an upper bound on
  /// the new objects, which is taken as their number. The number of freed objects follows from it,
  /// and the oldest are taken to be freed first. If nothing is freed, this is exact; otherwise it
  /// makes differences look a little less certain than they are. Snapshots of different processes
  /// share no object.
  func cohorts(ofClasses rows: some Sequence<Int>) -> [Cohort] {
    guard let period else { return [] }
    var result: [Cohort] = []
    for row in rows {
      let sizeClass = classes[row]
      let probability = HeapSampling.probability(ofSize: sizeClass.size, period: period)
      func close(_ birth: Int, _ death: Int, _ count: Double) {
        if count > 0 {
          result.append(
            Cohort(
              birth: birth, death: death, count: count, size: Double(sizeClass.size),
              probability: probability))
        }
      }
      var living: [(birth: Int, count: Double)] = []
      for snapshot in times.indices {
        let now = sizeClass.live[snapshot]
        var born = now
        if snapshot > 0, processes[snapshot] == processes[snapshot - 1] {
          let before = sizeClass.live[snapshot - 1]
          let made = sizeClass.allocated[snapshot] - sizeClass.allocated[snapshot - 1]
          born = max(min(made, now), now - before)
          var gone = born - (now - before)
          while gone > 0, let oldest = living.first {
            let count = min(gone, oldest.count)
            close(oldest.birth, snapshot, count)
            gone -= count
            if count == oldest.count { living.removeFirst() } else { living[0].count -= count }
          }
        } else {
          for (birth, count) in living { close(birth, snapshot, count) }
          living = []
        }
        if born > 0 { living.append((snapshot, born)) }
      }
      for (birth, count) in living { close(birth, times.count, count) }
    }
    return result
  }
}

/// A weighted sum of a series' values and its uncertainty, from the sampled objects.
///
/// An object counts once, with the sum of the weights of all snapshots in which it lives. So an
/// object that is always live does not blur a difference.
struct SampledContrast {
  /// The objects that count up and those that count down.
  private(set) var plus: SampledSum
  private(set) var minus: SampledSum

  /// - Parameters:
  ///   - weights: one per snapshot.
  ///   - missed: the most that an object that was not sampled may count, before it is multiplied by
  ///     the largest weight.
  ///   - countsBytes: an object counts its size; otherwise 1.
  ///   - isPoisson: the number of objects itself is treated as random, as it is between different
  ///     processes.
  init(
    _ cohorts: [Cohort], weights: [Double], processes: [Int], missed: Double,
    countsBytes: Bool, isPoisson: Bool
  ) {
    var prefix = [0.0]
    for weight in weights { prefix.append(prefix[prefix.count - 1] + weight) }
    // The most that one object can count: the largest sum of weights over consecutive snapshots.
    var (best, worst, up, down) = (0.0, 0.0, 0.0, 0.0)
    for (snapshot, weight) in weights.enumerated() {
      if snapshot > 0, processes[snapshot] != processes[snapshot - 1] { (up, down) = (0, 0) }
      up = max(0, up + weight)
      down = min(0, down + weight)
      (best, worst) = (max(best, up), min(worst, down))
    }
    plus = SampledSum(missed: missed * best)
    minus = SampledSum(missed: -missed * worst)
    for cohort in cohorts {
      let weight = prefix[cohort.death] - prefix[cohort.birth]
      if weight.magnitude < 1e-12 * max(best, -worst) { continue }
      var each = (countsBytes ? cohort.size : 1) * weight.magnitude
      var probability = cohort.probability
      if isPoisson {
        // The same figure, as if the objects were so small that hardly any are sampled.
        each = each / probability * 1e-9
        probability = 1e-9
      }
      if weight > 0 {
        plus.add(sampled: cohort.count, probability: probability, weight: each)
      } else {
        minus.add(sampled: cohort.count, probability: probability, weight: each)
      }
    }
  }

  var estimate: Double { plus.estimate - minus.estimate }

  /// The 95 % interval of the weighted sum.
  var interval: SamplingInterval { plus.difference(from: minus) }

  /// The samples show, at 95 %, that the weighted sum is not 0.
  var isSure: Bool { !interval.contains(0) }
}
