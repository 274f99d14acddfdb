import HeapscopeTestSupport
import Ownership
import Synchronization
import Testing

@Suite("Construction of Ownership")
struct OwnershipCountTests {
  private final class Counter: Sendable {
    private let value = Atomic(0)
    func add() { value.add(1, ordering: .relaxed) }
    var count: Int { value.load(ordering: .relaxed) }
  }

  /// `P` and `Q` stand for profiles, `D` for a dump of goroutines.
  @Test(
    "a command computes ownership once per profile, and only if a report needs it",
    arguments: [
      ("P", 1), ("summary P", 1), ("hotspots P", 1), ("focus fmt P", 1),
      ("hotspots --own=fmt --rules=settings/shop.toml P", 1),
      ("check --budget=map-format<5% --budget=total<1TB --budget=fmt.Sprint<50% P", 1),
      ("check --base=Q --max-growth=10% P", 2), ("flame P", 1), ("flame --diff-base=Q P", 1),
      ("report P", 1), ("report --snapshots P Q", 2), ("trend P Q", 2), ("goroutines D", 1),
      ("top P", 0), ("diff Q P", 2), ("folded P", 0), ("raw P", 0),
    ])
  func count(line: String, expected: Int) {
    let counter = Counter()
    let words = line.split(separator: " ").map {
      $0.replacing(/\bP$/, with: "go1.27/orderlog.incident.pb.gz")
        .replacing(/\bQ$/, with: "go1.27/orderlog.base.pb.gz")
        .replacing(/^D$/, with: "goroutines/go1.22.debug2.txt")
    }
    Ownership.$onCreation.withValue({ counter.add() }) {
      let run = heapscope(words.map { String($0) })
      #expect(run.status <= 1, "\(run.messages)")
    }
    #expect(counter.count == expected)
  }
}
