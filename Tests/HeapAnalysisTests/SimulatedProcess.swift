import Glibc
import HeapAnalysis
import HeapscopeTestSupport
import ProfileModel

/// A program whose objects are sampled as in Go's runtime: each once, when it is allocated. A
/// sampled object stays sampled for as long as it lives.
struct SimulatedProcess {
  /// A line that holds objects of one size.
  struct Line {
    var function: String
    var size: Int64
    var live = 0.0
    var allocated = 0.0
  }

  let period: Int64
  private(set) var lines: [Line]

  init(period: Int64, sizes: [(function: String, size: Int64)]) {
    self.period = period
    lines = sizes.map { Line(function: $0.function, size: $0.size) }
  }

  func probability(_ line: Int) -> Double {
    period <= 1 ? 1 : 1 - exp(-Double(lines[line].size) / Double(period))
  }

  mutating func allocate(_ count: Int, on line: Int, _ random: inout some RandomNumberGenerator) {
    let sampled = binomial(count, probability(line), &random)
    lines[line].live += Double(sampled)
    lines[line].allocated += Double(sampled)
  }

  /// Frees this many of all live objects, chosen at random.
  mutating func free(
    _ count: Int, of live: Int, on line: Int, _ random: inout some RandomNumberGenerator
  ) {
    guard live > 0 else { return }
    // Which of the sampled ones are among them: one after the other.
    var gone = 0.0
    var left = live
    var toFree = min(count, live)
    for _ in 0..<Int(lines[line].live) where left > 0 {
      if Int.random(in: 0..<left, using: &random) < toFree {
        gone += 1
        toFree -= 1
      }
      left -= 1
    }
    lines[line].live -= gone
  }

  func profile(seconds: Double) -> Profile {
    var test = StackProfile.goHeap()
    for (index, line) in lines.enumerated() {
      func scaled(_ count: Double) -> [Int64] {
        let probability = probability(index)
        return [
          Int64(count / probability), Int64(count * Double(line.size) / probability),
        ]
      }
      test.add(
        "\(line.function)@/src/app/\(index).go:\(index + 1) < main.main@/src/app/main.go:1",
        values: scaled(line.allocated) + scaled(line.live), size: line.size)
    }
    var profile = test.sampled(every: period)
    profile.timeNanoseconds = 1_000_000_000_000 + Int64(seconds * 1e9)
    return profile
  }
}

/// The number of successes in a number of trials.
func binomial(_ count: Int, _ probability: Double, _ random: inout some RandomNumberGenerator)
  -> Int
{
  if probability >= 1 { return count }
  // From success to success.
  var tried = 0.0
  var found = 0
  let factor = log1p(-probability)
  while true {
    tried += (log(Double.random(in: 1e-300..<1, using: &random)) / factor).rounded(.down) + 1
    if tried > Double(count) { return found }
    found += 1
  }
}

/// A number from the normal distribution (Box and Muller 1958).
func normal(_ random: inout some RandomNumberGenerator) -> Double {
  (-2 * log(Double.random(in: 1e-300..<1, using: &random))).squareRoot()
    * cos(2 * .pi * Double.random(in: 0..<1, using: &random))
}
