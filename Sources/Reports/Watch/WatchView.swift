import HeapAnalysis

/// What the screen shows of a program, and in which order; keys change it.
package struct WatchView: Sendable {
  package enum Order: String, CaseIterable, Sendable {
    case growth, size, place

    var next: Order {
      let all = Self.allCases
      return all[(all.firstIndex(of: self)! + 1) % all.count]
    }
  }

  package var order = Order.growth
  package var showsAllocations = false

  package init() {}
}

extension WatchReport {
  /// Does what a key asks for; the caller handles `q`.
  package mutating func press(_ key: Character) {
    switch key {
    case "s": view.order = view.order.next
    case "t": view.showsAllocations = allocations != nil && !view.showsAllocations
    default: break
    }
  }

  /// The keys and what they do.
  package var keys: String {
    "q quit · s sort: \(view.order.rawValue)"
      + (allocations == nil ? "" : " · t \(view.showsAllocations ? "live" : "allocated")")
  }

  /// The growth that the table shows.
  var shownGrowth: Growth {
    view.showsAllocations ? allocations ?? growth : growth
  }

  /// The rows of the table, in order.
  var screenRows: [Growth.Row] {
    let rows = shownGrowth.allRows
    switch view.order {
    case .growth: return rows.filter { $0.values.growth > 0 }
    case .size:
      return rows.filter { $0.values.last > 0 }.sorted { $0.values.last > $1.values.last }
    case .place:
      return rows.filter { $0.values.last > 0 }
        .sorted { ($0.file, $0.line, $0.function) < ($1.file, $1.line, $1.function) }
    }
  }
}
