/// Numbers pairs of a site and a rule from 0, in the order of first use.
///
/// A site has few rules, so a short list is as good as a hash table and is closer together in
/// memory.
struct SiteRuleRows {
  private struct Entry {
    var rule: Int32

    /// The site's next entry, or -1.
    var next: Int32
  }

  private var entries: [Entry] = []

  /// By site, with the one without blame first: its newest entry, or -1.
  private var newest: [Int32]

  init(siteCount: Int) { newest = [Int32](repeating: -1, count: siteCount + 1) }

  var count: Int { entries.count }

  /// Returns the row of a pair, or nil.
  ///
  /// - Parameter site: -1 without blame.
  func find(site: Int32, rule: Int) -> Int? {
    var row = newest[Int(site + 1)]
    while row >= 0 {
      if Int(entries[Int(row)].rule) == rule { return Int(row) }
      row = entries[Int(row)].next
    }
    return nil
  }

  /// Returns the row of a pair; ``count`` grows by one when the pair is new.
  mutating func row(site: Int32, rule: Int) -> Int {
    if let row = find(site: site, rule: rule) { return row }
    entries.append(Entry(rule: Int32(rule), next: newest[Int(site + 1)]))
    newest[Int(site + 1)] = Int32(entries.count - 1)
    return entries.count - 1
  }
}
