import Metrics
import Testing

@Suite("Goroutines and collections of a followed process")
struct ProcessVitalsTests {
  private func moment(
    goroutines: Double? = nil, collections: Double? = nil, forced: Double? = nil
  ) -> Moment {
    var figures: [KnownSeries: Double] = [:]
    figures[.goroutines] = goroutines
    figures[.collections] = collections
    figures[.forcedCollections] = forced
    return Moment(figures)
  }

  @Test("goroutines are counted from the first reading, collections from one reading to the next")
  func readings() {
    var vitals = ProcessVitals()
    vitals.add(
      moment(goroutines: 22, collections: 5), told: [.goroutines, .collections], seconds: 1)
    #expect(vitals.goroutines == 22 && vitals.firstGoroutines == 22)
    #expect(vitals.collectionsPerSecond == nil, "one reading is no rate")
    vitals.add(moment(goroutines: 30), told: [.goroutines], seconds: 2)
    vitals.add(moment(collections: 8), told: [.collections], seconds: 11)
    #expect(vitals.goroutines == 30 && vitals.firstGoroutines == 22)
    #expect(vitals.recentGoroutines == [22, 30])
    #expect(vitals.collectionsPerSecond == 0.3)
    vitals.add(moment(collections: 8), told: [.collections], seconds: 21)
    #expect(vitals.collectionsPerSecond == 0)
  }

  @Test("what a reading does not say is not known, and comes back with the next that does")
  func gaps() {
    var vitals = ProcessVitals()
    for seconds in [1, 2] as [Double] {
      vitals.add(
        moment(goroutines: 4, collections: seconds * 7), told: [.goroutines, .collections],
        seconds: seconds)
    }
    #expect(vitals.collectionsPerSecond == 7)
    vitals.add(nil, told: [.goroutines, .collections], seconds: 3)
    #expect(vitals.goroutines == nil && vitals.collectionsPerSecond == nil)
    vitals.add(
      moment(goroutines: 9, collections: 30), told: [.goroutines, .collections], seconds: 4)
    #expect(vitals.goroutines == 9 && vitals.firstGoroutines == 4)
    #expect(vitals.collectionsPerSecond == nil)
    // A counter that falls is another process's.
    vitals.add(moment(collections: 2), told: [.collections], seconds: 5)
    #expect(vitals.collectionsPerSecond == nil)
    vitals.add(moment(collections: 6), told: [.collections], seconds: 6)
    #expect(vitals.collectionsPerSecond == 4)
  }

  @Test("collections that the reader itself asks for do not count, or nothing is said")
  func forced() {
    var vitals = ProcessVitals()
    func add(_ moment: Moment, _ seconds: Double) {
      vitals.add(moment, told: [.collections], seconds: seconds, asksForCollections: true)
    }
    add(moment(collections: 10, forced: 4), 0)
    add(moment(collections: 15, forced: 8), 2)
    #expect(vitals.collectionsPerSecond == 0.5)
    add(moment(collections: 20), 4)
    #expect(vitals.collectionsPerSecond == nil)
  }
}
