import Foundations
import ProfileModel

/// Numbers the blamed functions and lines, each place once.
struct SiteRows {
  private(set) var sites: [HotspotSearch.CallSite] = []
  private let profile: Profile

  /// By line of the profile: its row, or -1.
  private var rowOfLine: [Int32]

  /// By function: the number of its name and file, or -1.
  private var placeOfFunction: [Int32]
  private var places = NumberRows()

  // Sites by place and line number; large line numbers are kept apart.
  private var rows = NumberRows()
  private var rowOfSite: [Int32] = []
  private var largeRows: [HotspotSearch.CallSite: Int32] = [:]

  init(_ profile: Profile) {
    self.profile = profile
    rowOfLine = [Int32](repeating: -1, count: profile.locations.lines.count)
    placeOfFunction = [Int32](repeating: -1, count: profile.functions.count)
  }

  /// - Parameter row: a row of ``LocationTable/lines``.
  mutating func row(ofLine row: Int) -> Int32 {
    if rowOfLine[row] < 0 { rowOfLine[row] = site(of: profile.locations.lines[row]) }
    return rowOfLine[row]
  }

  private mutating func site(of line: SourceLine) -> Int32 {
    let function = line.function.index
    let name = profile.functions.names[function]
    let file = profile.functions.files[function]
    let site = HotspotSearch.CallSite(function: name, file: file, line: line.line)
    let next = Int32(sites.count)
    guard let number = UInt32(exactly: line.line) else {
      if let known = largeRows[site] { return known }
      largeRows[site] = next
      sites.append(site)
      return next
    }
    if placeOfFunction[function] < 0 {
      placeOfFunction[function] = Int32(
        places.row(UInt64(name.rawValue) << 32 | UInt64(file.rawValue)))
    }
    let row = rows.row(UInt64(UInt32(placeOfFunction[function])) << 32 | UInt64(number))
    if row == rowOfSite.count {
      rowOfSite.append(next)
      sites.append(site)
    }
    return rowOfSite[row]
  }
}
