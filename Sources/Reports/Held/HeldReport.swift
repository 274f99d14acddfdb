package import HeapDump
package import Ownership
import ProfileModel

/// Who holds the memory of a heap dump.
package struct HeldReport: Sendable {
  package let retention: Retention
  package let allocations: AllocationSites

  /// Whose code names are of.
  let own: OwnNames

  /// Holders with their paths inwards, those that hold the most first.
  package let rows: [Row]

  /// The dump was read without the program, or with one that has no symbols.
  package let hasNames: Bool

  package struct Row: Sendable {
    package var holder: Retention.Holder
    package var kind: String
    package var name: String

    /// The names, for several holders.
    package var names: [String]
    package var share: Double
    package var path: HolderPath?
    package var sites: [AllocationSites.Site]

    /// It holds so much that it should be examined first.
    package var isDominant: Bool
  }

  /// A holder is reported as dominant from this share of what is reachable, and this many bytes.
  private static let dominantShare = 0.25
  private static let dominantBytes: UInt64 = 256 << 10

  /// Each search walks everything that is reachable.
  private static let searchedRows = 10

  package init(_ retention: Retention, _ ownership: Ownership) {
    self.retention = retention
    let allocations = AllocationSites(retention, ownership)
    self.allocations = allocations
    own = OwnNames(modulePath: ownership.judgesStandard ? "" : ownership.modulePath)
    hasNames = retention.hasSymbols
    let whole = Double(max(1, retention.totals.reachableBytes))
    rows = retention.holders.enumerated().map { index, holder in
      // Frames of different stacks may have the same name.
      var labels: [[String]] = []
      for root in holder.roots {
        let label = [retention.roots[root].kind.rawValue, retention.roots[root].name]
        if !labels.contains(label) { labels.append(label) }
      }
      let share = Double(holder.bytes) / whole
      let kind = labels.count > 1 ? "shared" : labels.first?[0] ?? ""
      let names = labels.map { $0[1] }.sorted() + (holder.hasMore ? ["more"] : [])
      return Row(
        holder: holder, kind: kind, name: names.joined(separator: " + "), names: names,
        share: share, path: retention.path(of: holder, isSearched: index < Self.searchedRows),
        sites: allocations.sites[index],
        isDominant: retention.hasSizes && kind != Root.Kind.runtime.rawValue
          && share >= Self.dominantShare && holder.bytes >= Self.dominantBytes)
    }
  }

  func root(of row: Row) -> Root { retention.roots[row.holder.roots[0]] }

  var names: Profile { retention.dump.names.profile }

  func functionName(_ line: SourceLine) -> ArraySlice<UInt8> {
    names.strings[bytesOf: names.functions.names[line.function.index]]
  }

  func fileName(_ line: SourceLine) -> ArraySlice<UInt8> {
    names.strings[bytesOf: names.functions.files[line.function.index]]
  }
}

func hexText(_ address: UInt64) -> String { "0x" + String(address, radix: 16) }
