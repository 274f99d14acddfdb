import Foundations

/// What triggers Go's collections, and how that changes over the log.
///
/// A collection begins when the heap approaches its goal, every two minutes, or at the program's
/// request. The goal is the live heap plus the percentage of it that GOGC gives, but never more
/// than GOMEMLIMIT leaves for the heap. When the live heap approaches that limit, the program soon
/// does nothing but collect.
package struct GCDrivers: Sendable {
  package let forced: Int
  package let timed: Int
  package let sized: Int

  /// The median ratio of the goal to the live heap before it, for collections triggered by heap
  /// size.
  package let usualRatio: Double?

  /// Set when the goal is within 5 % of the live heap from some collection on.
  package let thrashing: Thrashing?

  /// Set when the goal is constant while the live heap grows: a memory limit holds it down.
  package let limit: Limit?

  /// The share of the processors that collections took: in the last minute, and from one of the
  /// last collections to the next.
  package let lastMinuteShare: Double?
  package let lastShare: Double?

  package struct Thrashing: Sendable, Equatable {
    package var run: Int
    package var number: UInt64
    package var startSeconds: Double
    package var liveBytes: Int64
    package var goalBytes: Int64

    /// Goals were that close to the live heap from the first collection on: the cause may also be a
    /// small GOGC.
    package var isWhole: Bool
  }

  package struct Limit: Sendable, Equatable {
    package var number: UInt64
    package var startSeconds: Double
    package var goalBytes: Int64
  }

  /// Smaller heaps have a fixed goal, at least 4 MB.
  private static let leastHeap: Int64 = 16 << 20
  private static let nearRatio = 1.05

  /// The runtime collects at least this often.
  private static let timerSeconds = 119.5

  private struct Step {
    var event: GCEvent
    var seconds: Double

    /// Seconds since the start of the previous collection.
    var interval: Double
    var goal: Int64
    var live: Int64
    var ratio: Double { Double(goal) / Double(max(1, live)) }
  }

  /// - Returns: nil when the log has no goals and times of Go.
  init?(_ events: [GCEvent]) {
    let steps = Self.steps(events)
    if steps.isEmpty { return nil }
    forced = events.count { $0.cause == "forced" }
    let timedSteps = steps.filter {
      $0.event.cause == nil && $0.interval >= Self.timerSeconds
        && Double($0.event.heapBefore ?? 0) < 0.8 * Double($0.goal)
    }
    timed = timedSteps.count
    sized = max(0, events.count - forced - timed)
    let ratios = steps.filter { $0.live >= Self.leastHeap }.map(\.ratio).sorted()
    usualRatio = ratios.isEmpty ? nil : ratios[ratios.count / 2]
    let last = steps.last { $0.event.run == steps[steps.count - 1].event.run }
    let lastRun = steps.filter { $0.event.run == last?.event.run }
    thrashing = Self.thrashing(lastRun)
    limit = Self.limit(lastRun)
    lastMinuteShare = Self.lastMinuteShare(lastRun)
    lastShare = Self.lastShare(lastRun)
  }

  private static func steps(_ events: [GCEvent]) -> [Step] {
    var result: [Step] = []
    for (before, event) in zip(events, events.dropFirst()) where before.run == event.run {
      guard event.kind == "GC cycle", let start = before.startSeconds,
        let seconds = event.startSeconds, let goal = event.heapGoal, let live = before.heapAfter,
        seconds >= start
      else { continue }
      result.append(
        Step(event: event, seconds: seconds, interval: seconds - start, goal: goal, live: live))
    }
    return result
  }

  private static func isNear(_ step: Step) -> Bool {
    step.live >= leastHeap && step.ratio <= nearRatio && step.event.cause == nil
  }

  /// The collection from which on nine in ten goals are close to the live heap, up to the end.
  private static func thrashing(_ steps: [Step]) -> Thrashing? {
    guard let last = steps.last else { return nil }
    var near = 0
    var first: Int?
    for (index, step) in steps.enumerated().reversed() {
      if isNear(step) {
        near += 1
        if near * 10 >= (steps.count - index) * 9 { first = index }
      }
    }
    guard let first, steps.count - first >= 3 else { return nil }
    return Thrashing(
      run: last.event.run, number: steps[first].event.number, startSeconds: steps[first].seconds,
      liveBytes: last.event.heapAfter ?? last.live, goalBytes: last.goal, isWhole: first == 0)
  }

  /// The collection from which on the goal varies by at most 1 %, while the live heap rises by
  /// 10 %.
  private static func limit(_ steps: [Step]) -> Limit? {
    guard let last = steps.last, last.live >= leastHeap else { return nil }
    var first = steps.count - 1
    var lives = (least: last.live, most: last.live)
    while first > 0 {
      let step = steps[first - 1]
      if abs(Double(step.goal) / Double(max(1, last.goal)) - 1) > 0.01 { break }
      lives = (min(lives.least, step.live), max(lives.most, step.live))
      first -= 1
    }
    guard steps.count - first >= 5, Double(lives.most) >= 1.1 * Double(lives.least) else {
      return nil
    }
    return Limit(
      number: steps[first].event.number, startSeconds: steps[first].seconds, goalBytes: last.goal)
  }

  /// The share of the last minute of a run; nil when the run is shorter.
  private static func lastMinuteShare(_ steps: [Step]) -> Double? {
    guard let last = steps.last, let first = steps.first else { return nil }
    let start = last.seconds + Double(last.event.nanoseconds) / 1e9 - 60
    guard first.seconds - first.interval < start else { return nil }
    let part = steps.filter { $0.seconds >= start }
    return part.count < 3 ? nil : share(part, seconds: 60)
  }

  /// The share in the last of the last three steps, each from one collection to the next, if the
  /// shares rise; otherwise their median.
  private static func lastShare(_ steps: [Step]) -> Double? {
    let last = zip(steps, steps.dropFirst()).suffix(3).compactMap { step, next in
      next.seconds > step.seconds ? share([step], seconds: next.seconds - step.seconds) : nil
    }
    return last.count < 3 ? nil : last[0] <= last[1] ? max(last[1], last[2]) : last.sorted()[1]
  }

  private static func share(_ steps: some Collection<Step>, seconds: Double) -> Double? {
    guard let processors = steps.compactMap(\.event.processors).max(), processors > 0 else {
      return nil
    }
    let busy = steps.reduce(0.0) { $0 + Double($1.event.cpu?.busy ?? 0) }
    return min(1, busy / 1e9 / (seconds * Double(processors)))
  }
}
