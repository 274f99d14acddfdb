import Foundations
package import HeapAnalysis
import Ownership
import Reports

/// The source lines of a page: some around each of the frames that matter.
package struct PageSource: Sendable {
  /// Consecutive lines of a file.
  package struct Excerpt: Sendable, Equatable {
    /// The name in ``FlameFrames/files``.
    package var file: String

    /// The number of the first line, from 1.
    package var firstLine: Int64

    /// Safe to show, without line ends.
    package var lines: [String]
  }

  /// Sorted by file, then by line.
  package private(set) var excerpts: [Excerpt] = []

  package var lineCount: Int { excerpts.reduce(0) { $0 + $1.lines.count } }
  package var fileCount: Int { Set(excerpts.map(\.file)).count }

  /// How many lines before and after a frame's line.
  private static let margin: Int64 = 5

  /// The most that a page includes: pages are passed on, and opened in mails.
  private static let most = (lines: 1200, bytes: 48 << 10)

  /// Longer lines are generated.
  private static let longestLine = 300

  package init() {}

  /// - Parameters:
  ///   - hasOthers: also includes code of others, after the user's own.
  ///   - read: returns the lines of a file by its name in the graph, or nil.
  /// - Complexity: O(*n*) for *n* nodes of the graph.
  package init(
    _ graph: FlameGraph, _ findings: [Finding], hasOthers: Bool, read: (String) -> SourceLines?
  ) {
    var texts: [Int: SourceLines?] = [:]
    var taken: [Int: Set<Int64>] = [:]
    var room = Self.most
    for frame in Self.byWeight(graph, findings, hasOthers: hasOthers) {
      let place = graph.frames.frames[frame]
      let text: SourceLines?
      if let known = texts[place.file] {
        text = known
      } else {
        text = read(graph.frames.files[place.file])
        texts[place.file] = .some(text)
      }
      guard let text, text.line(place.line) != nil else { continue }
      let range =
        max(1, place.line - Self.margin)...min(Int64(text.count), place.line + Self.margin)
      let new = range.filter { taken[place.file]?.contains($0) != true }
      room.lines -= new.count
      room.bytes -= new.reduce(0) { $0 + min(Self.longestLine, text[Int($1) - 1].count) }
      if room.lines < 0 || room.bytes < 0 { break }
      taken[place.file, default: []].formUnion(new)
    }
    for (file, numbers) in taken.sorted(by: { $0.key < $1.key }) {
      guard case .some(.some(let text)) = texts[file] else { continue }
      for number in numbers.sorted() {
        let line = Self.shown(text[Int(number) - 1])
        if let last = excerpts.last, last.file == graph.frames.files[file],
          last.firstLine + Int64(last.lines.count) == number
        {
          excerpts[excerpts.count - 1].lines.append(line)
        } else {
          excerpts.append(
            Excerpt(file: graph.frames.files[file], firstLine: number, lines: [line]))
        }
      }
    }
  }

  private static func shown(_ line: ArraySlice<UInt8>) -> String {
    let isCut = line.count > longestLine
    return String(decoding: safeName(line.prefix(longestLine), isReport: true), as: UTF8.self)
      + (isCut ? "…" : "")
  }

  /// The frames whose line a page may show, the most important first: those that findings blame,
  /// then the user's own by their largest share of a sample type, then the others.
  private static func byWeight(
    _ graph: FlameGraph, _ findings: [Finding], hasOthers: Bool
  ) -> [Int] {
    struct Place: Hashable {
      var symbol: String
      var line: Int64
    }
    var blamed: Set<Place> = []
    for finding in findings {
      for line in finding.blame {
        blamed.insert(Place(symbol: line.function, line: line.line))
        blamed.insert(Place(symbol: line.nearest.function, line: line.nearest.line))
      }
    }
    let frames = graph.frames
    var shares = [Double](repeating: 0, count: frames.frames.count)
    for column in graph.tree.ownValues.indices {
      let sums = graph.tree.magnitudes(ofColumn: column)
      var ofFrames = [Double](repeating: 0, count: shares.count)
      var whole = 0.0
      for node in 0..<graph.tree.count {
        // Recursion counts several times, which only moves a frame forward.
        ofFrames[Int(graph.tree.frames[node])] += Double(sums[node])
        if graph.tree.parents[node] < 0 { whole += Double(sums[node]) }
      }
      if whole == 0 { continue }
      for frame in shares.indices { shares[frame] = max(shares[frame], ofFrames[frame] / whole) }
    }
    func tier(_ frame: Int) -> Int {
      let place = frames.frames[frame]
      let function = frames.functions[place.function]
      if blamed.contains(Place(symbol: function.symbol, line: place.line)) { return 0 }
      return function.owner == .own ? 1 : 2
    }
    return frames.frames.indices.map { (frame: $0, tier: tier($0)) }
      .filter { frame, tier in
        let isTaken = hasOthers || frames.functions[frames.frames[frame].function].owner == .own
        return isTaken && frames.frames[frame].line > 0 && frames.frames[frame].file > 0
      }
      .sorted { ($0.tier, -shares[$0.frame], $0.frame) < ($1.tier, -shares[$1.frame], $1.frame) }
      .map(\.frame)
  }
}
