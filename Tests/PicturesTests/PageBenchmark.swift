import Foundation
import HeapscopeTestSupport
import Testing

/// Not a check but a measurement, which `make bench-page` prints.
@Suite(
  "The page with 100,000 boxes",
  .enabled(
    if: ProcessInfo.processInfo.environment["HEAPSCOPE_BENCH_PAGE"] != nil
      && WebBrowser.isInstalled, "'make bench-page' runs it"))
struct PageBenchmark {
  @Test("the page with 100,000 boxes loads and zooms")
  func times() throws {
    let run = heapscope(
      ["report", "--input=folded", "--nodefraction=0", "-"],
      input: Self.foldedStacks(count: 104_000))
    try #require(run.status == 0, "\(run.messages)")
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).html")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(run.output).write(to: file)
    let browser = try WebBrowser()
    defer { browser.close() }
    try browser.open(file)
    let boxes = Int(try browser.number("return heapscope.widths().boxes"))
    let ready = try browser.number("return +document.documentElement.dataset.ready")
    // The widest child, then the widest child of that, and so on.
    var zooms: [Double] = []
    var paints: [Double] = []
    for depth in 1...8 {
      try browser.run(
        "let node = picture.bands[0].zoom, next = node; "
          + "for (let child = node + 1; child < view.end[node]; child = view.end[child]) "
          + "if (next === node || view.width[child] > view.width[next]) next = child; "
          + "go({ zoom: pathOf({ band: picture.bands[0], node: next }) })")
      try browser.wait(until: "view.depth[picture.bands[0].zoom] === \(depth)")
      zooms.append(try browser.number("return +document.documentElement.dataset.render"))
      paints.append(try browser.number("return +find('graph').dataset.paint"))
    }
    print(
      "\(boxes) boxes in \(run.output.count) bytes: ready after \(ready) ms; "
        + "zoom \(zooms) ms, of it painting \(paints) ms")
    #expect(boxes > 100_000)
  }

  /// A random tree of so many nodes, at most 40 deep, as folded stacks.
  private static func foldedStacks(count: Int) -> [UInt8] {
    var random = SeededGenerator(seed: 6)
    var parents = [-1]
    var depths = [0]
    var names = ["main.main"]
    var hasChild = [false]
    while parents.count < count {
      let node = Int.random(in: max(0, parents.count - 5000)..<parents.count, using: &random)
      if depths[node] >= 39 { continue }
      hasChild[node] = true
      parents.append(node)
      depths.append(depths[node] + 1)
      names.append(
        "example.com/p\(Int.random(in: 0..<40, using: &random)).F\(Int.random(in: 0..<300, using: &random))_\(parents.count % 7)"
      )
      hasChild.append(false)
    }
    var text = ""
    for leaf in parents.indices where !hasChild[leaf] {
      var path = [names[leaf]]
      var node = parents[leaf]
      while node >= 0 {
        path.append(names[node])
        node = parents[node]
      }
      text +=
        path.reversed().joined(separator: ";") + " \(Int.random(in: 1...5000, using: &random))\n"
    }
    return Array(text.utf8)
  }
}
