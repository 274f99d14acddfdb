import Foundation
import HeapscopeTestSupport
import ProfileModel
import Testing

private let incident = "go1.27/orderlog.incident.pb.gz"

/// One browser for all: starting it takes longer than using it.
@Suite(
  "Pictures in a browser", .serialized,
  .enabled(if: WebBrowser.isInstalled, "chromium and chromedriver are not installed"))
struct BrowserTests {
  @Test("the page works in a browser and selects what heapscope and pprof select")
  func page() throws {
    let browser = try WebBrowser()
    defer { browser.close() }
    try totals(browser)
    try focus(browser)
    try searches(browser)
    try keys(browser)
    try tables(browser)
    try differences(browser)
    try names(browser)
    try picture(browser)
    #expect(try browser.consoleMessages() == [])
  }

  private func totals(_ browser: WebBrowser) throws {
    let page = try OpenPage(browser, ["report", incident])
    let profile = try Repository.fixture(incident)
    for (column, type) in profile.sampleTypes.enumerated() {
      let name = profile.strings[type.name]
      try browser.run("find('types').querySelector('[data-key=\"\(column)\"]').click()")
      try browser.wait(until: "state.type === \(column)")
      let top = heapscope(["top", "--unit=auto", "--sample-index=\(name)", incident]).text
      let total = try page.total.replacing(",", with: "")
      #expect(top.contains(" of \(total) total"), "\(name)")
      #expect(try page.bytes == profile.magnitude(ofColumn: column))
      #expect(try browser.number("return heapscope.widths().root") == Double(try page.bytes))
      #expect(try browser.number("return heapscope.widths().children") == Double(try page.bytes))
    }
    #expect(try browser.consoleMessages() == [])
  }

  private func focus(_ browser: WebBrowser) throws {
    let page = try OpenPage(browser, ["report", "--sample-index=alloc_space", incident])
    let whole = try page.bytes
    try page.choose("focus", on: "fmt.Sprintf")
    // heapscope must select what pprof selects; compare if it is installed.
    let options = ["-top", "-sample_index=alloc_space", "-unit=B", "-focus=fmt\\.Sprintf"]
    let ours = heapscope(options + [incident])
    #expect(try page.bytes == Self.cum(of: "fmt.Sprintf", in: ours.text))
    if let pprof = Tools.pprof {
      let theirs = try ProgramRun(pprof, options + [incident], folder: Repository.fixtures)
      let text = String(decoding: theirs.output, as: UTF8.self)
      #expect(try page.bytes == Self.cum(of: "fmt.Sprintf", in: text))
    }
    #expect(try page.hash.contains("focus="))
    try page.choose("ignore", on: "internal/fmtsort.Sort")
    let rest = heapscope([
      "folded", "--sample-index=alloc_space", "--focus=fmt\\.Sprintf$",
      "--ignore=internal/fmtsort\\.Sort$", incident,
    ])
    let sum = rest.text.split(separator: "\n").reduce(0) { sum, line in
      sum + (line.split(separator: " ").last.flatMap { Int64($0) } ?? 0)
    }
    #expect(try page.bytes == sum)
    // Each step is undone by one step back.
    try browser.run("history.back()")
    try browser.wait(until: "state.ignore.length === 0")
    #expect(try page.bytes == Self.cum(of: "fmt.Sprintf", in: ours.text))
    try browser.run("history.back()")
    try browser.wait(until: "state.focus.length === 0")
    #expect(try page.bytes == whole)
    try page.choose("from", on: "fmt.Sprintf")
    #expect(try browser.number("return heapscope.widths().boxes") > 5)
    #expect(try page.bytes == Self.cum(of: "fmt.Sprintf", in: ours.text))
    #expect(
      try browser.text("return nameOf(state, view.key[1])") == "fmt.Sprintf")
    try page.go("#")
    // A link opens the same view.
    try page.choose("sandwich", on: "fmt.(*pp).printValue")
    #expect(try page.hash.contains("sandwich="))
    let printed = heapscope(["top", "-alloc_space", "-unit=B", "-nodecount=0", incident]).text
    #expect(
      Int64(try browser.number("return view.after[0]"))
        == Self.cum(of: "fmt.(*pp).printValue", in: printed))
    #expect(
      try browser.number("return picture.bands[0].view.after[0] - view.after[0]") == 0)
  }

  private func searches(_ browser: WebBrowser) throws {
    let page = try OpenPage(browser, ["report", "--sample-index=alloc_space", incident])
    let top = heapscope(["top", "-alloc_space", "-unit=B", "-nodecount=0", "-trim=false", incident])
      .text
    let found = try page.search("^fmt\\.Sprintf$")
    #expect(found.count == 1)
    #expect(found.bytes == Self.cum(of: "fmt.Sprintf", in: top))
    let focused = heapscope([
      "top", "-alloc_space", "-unit=B", "-focus=fmt\\.Sprint", "-trim=false", incident,
    ]).text
    let both = try page.search("fmt\\.Sprint")
    #expect(both.count == 2)
    #expect(both.bytes == Self.cum(of: "runtime.main", in: focused))
    #expect(try page.search("fmt.(").count == 0)
    #expect(
      try browser.text("return find('matched').textContent")
        == "“(” at character 5 is not closed: \\( means the character")
    #expect(try page.search("").count == 0)
    // The picture is the same whichever way it is put together.
    try page.go("#inverted=1")
    #expect(try page.search("fmt\\.Sprint").bytes == both.bytes)
    try page.go("#lines=1")
    #expect(try page.search("fmt\\.Sprint").bytes == both.bytes)
  }

  private func keys(_ browser: WebBrowser) throws {
    let page = try OpenPage(browser, ["report", "--sample-index=alloc_space", incident])
    let whole = try page.bytes
    try browser.run("find('graph').focus()")
    try browser.press(WebBrowser.down, WebBrowser.down, WebBrowser.down, WebBrowser.down)
    #expect(try browser.text("return find('status').textContent").hasPrefix("main.(*service)."))
    #expect(try browser.text("return find('details').textContent").contains("main.go:33"))
    try browser.press(WebBrowser.enter)
    try browser.wait(until: "state.zoom !== ''")
    try browser.press("f")
    try browser.wait(until: "state.focus.length === 1")
    #expect(try page.bytes < whole)
    try browser.press(WebBrowser.backspace)
    try browser.wait(until: "state.focus.length === 0 && state.zoom !== ''")
    try browser.press("r")
    try browser.wait(until: "state.zoom === ''")
    #expect(try page.bytes == whole)
    try browser.press("/")
    #expect(try browser.text("return document.activeElement.id") == "query")
  }

  private func tables(_ browser: WebBrowser) throws {
    let page = try OpenPage(browser, ["report", "--sample-index=alloc_space", incident])
    let top = heapscope([
      "top", "-alloc_space", "-unit=auto", "-nodecount=0", "-trim=false", incident,
    ]).text
    let rows = try browser.run(
      "find('more').click(); return [...document.querySelectorAll('#table tbody tr')].map((row) => "
        + "[...[0, 1, 2, 3].map((cell) => row.cells[cell].textContent.replaceAll(',', '')), "
        + "row.dataset.name].join(' '))")
    let expected = Set(
      top.split(separator: "\n").compactMap { line -> String? in
        let words = line.split(separator: " ").map(String.init)
        guard words.count >= 6, words[1].hasSuffix("%"), words[2].hasSuffix("%") else { return nil }
        return "\(words[0]) \(words[1]) \(words[3]) \(words[4]) \(words[5])"
      })
    let found = Set((rows as? [String]) ?? [])
    #expect(found == expected)
    try browser.run(
      "find('filter').value = 'SPRINT'; find('filter').dispatchEvent(new Event('input'))")
    #expect(
      try browser.number("return document.querySelectorAll('#table tbody tr').length") == 2)
    try browser.run("document.querySelector('#table tbody tr td.name button').click()")
    try browser.wait(until: "state.q !== ''")
    #expect(try page.hash.contains("q="))
    // A finding leads to its line, in the sample type that it is about.
    try page.go("#type=inuse_space")
    try browser.run("document.querySelector('#findings article li button').click()")
    try browser.wait(until: "state.zoom !== ''")
    #expect(
      try browser.text("return nameOf(state, view.key[picture.bands[0].zoom])")
        == "main.(*service).handleOrder")
    #expect(try browser.text("return data.types[state.type][0]") == "alloc_space")
  }

  private func differences(_ browser: WebBrowser) throws {
    let base = "go1.27/orderlog.base.pb.gz"
    let (before, after) = (try Repository.fixture(base), try Repository.fixture(incident))
    func live(_ profile: Profile) throws -> Int64? {
      profile.magnitude(ofColumn: try #require(profile.column(named: "inuse_space")))
    }
    for arguments in [["--diff-base=\(base)", incident], ["--snapshots", incident, base]] {
      let page = try OpenPage(browser, ["report", "--sample-index=inuse_space"] + arguments)
      // Snapshots are in the order of time.
      if arguments[0] == "--snapshots" { try page.go("#vs=0") }
      #expect(try page.bytes == live(after))
      #expect(Int64(try browser.number("return view.before[0]")) == (try live(before)))
      #expect(
        try browser.text("return find('total').textContent").contains("+936.89kB from 513.66kB"))
      try page.go(arguments[0] == "--snapshots" ? "#vs=0&width=before" : "#width=before")
      #expect(Int64(try browser.number("return heapscope.widths().children")) == (try live(before)))
    }
  }

  private func names(_ browser: WebBrowser) throws {
    let name = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    let folded = "main;\(name);</script>x 10\nmain;<!--\u{2028}'\"\\\\ 5\n"
    let page = try OpenPage(
      browser, ["report", "--input=folded", "-"], input: Array(folded.utf8))
    #expect(try page.bytes == 15)
    #expect(try browser.number("return document.scripts.length") == 2)
    #expect(try browser.number("return document.images.length") == 0)
    let shown = try browser.text(
      "return [...document.querySelectorAll('#table tr')].map((row) => row.dataset.name).join('\\n')"
    )
    #expect(shown.contains(name))
    #expect(shown.contains("<!--\\u{2028}'\""))
    #expect(try browser.consoleMessages() == [])
  }

  private func picture(_ browser: WebBrowser) throws {
    _ = try OpenPage(browser, ["flame", "--sample-index=alloc_space", incident])
    let boxes = "[...document.querySelectorAll('#frames > g')]"
    let box =
      "\(boxes).find((box) => box.querySelector('title').textContent.startsWith('fmt.Sprintf ('))"
    let before = try browser.number("return +\(box).querySelector('rect').getAttribute('width')")
    try browser.run("\(box).dispatchEvent(new MouseEvent('click', { bubbles: true }))")
    let whole = try browser.number("return innerWidth - 20")
    #expect(
      try browser.number("return +\(box).querySelector('rect').getAttribute('width')") == whole)
    #expect(before < whole)
    try browser.run("document.getElementById('reset').dispatchEvent(new MouseEvent('click'))")
    #expect(
      try browser.number("return +\(box).querySelector('rect').getAttribute('width')") == before)
    try browser.run(
      "window.prompt = () => 'fmt\\\\.Sprintf'; "
        + "document.getElementById('search').dispatchEvent(new MouseEvent('click'))")
    let matched = try browser.number("return +document.getElementById('matched').dataset.value")
    let top = heapscope(["top", "-alloc_space", "-unit=B", "-nodecount=0", incident]).text
    let cum = Double(try #require(Self.cum(of: "fmt.Sprintf", in: top)))
    // Frames too narrow to be drawn are not counted.
    #expect(matched <= cum && matched > cum * 0.999)
    #expect(try browser.consoleMessages() == [])
  }

  /// The cum of a function in a top table in bytes.
  private static func cum(of name: String, in text: String) -> Int64? {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count >= 6, words[5] == name { return Int64(words[3].dropLast()) }
    }
    return nil
  }
}
