import Foundation
import HeapscopeTestSupport
import ProfileModel
import Testing

private let incident = "go1.27/orderlog.incident.pb.gz"
private let base = "go1.27/orderlog.base.pb.gz"
private let sources = "--source-path=sources/orderlog"

/// The lists of the page, and what a reader does with it besides looking at the graph.
@Suite(
  "Lists of the page", .serialized,
  .enabled(if: WebBrowser.isInstalled, "chromium and chromedriver are not installed"))
struct PageReadingTests {
  @Test("the page's lists, downloads and messages agree with heapscope and pprof")
  func page() throws {
    let browser = try WebBrowser()
    defer { browser.close() }
    try source(browser)
    try noSource(browser)
    try peek(browser)
    try treeList(browser)
    try firstType(browser)
    try typing(browser)
    try tooltips(browser)
    try marks(browser)
    try resetting(browser)
    try changes(browser)
    try counts(browser)
    try minimap(browser)
    try download(browser)
    #expect(try browser.consoleMessages() == [])
  }

  @Test("the page of the incident with its source is smaller than 120 kB")
  func size() {
    let run = heapscope(["report", sources, incident])
    #expect(run.messages.contains { $0.contains("lines of source, of 1 file") })
    #expect(run.output.count < 120_000)
    #expect(run.text.contains("s.log.Info(\\\"order detail\\\", \\\"data\\\", o)"))
    let without = heapscope(["report", incident])
    #expect(without.text.contains("\"source\":[]"))
    #expect(!without.messages.contains { $0.contains("lines of source") })
  }

  /// `flat cum` of each line, as `list` and the page have them.
  private func source(_ browser: WebBrowser) throws {
    let page = try OpenPage(browser, ["report", sources, incident])
    try page.go("#list=source&of=\(Self.escaped("main.(*service).handleOrder"))")
    let rows = try browser.run(
      "return [...document.querySelectorAll('#panel .source tbody tr')].map((row) => "
        + "[2, 0, 1].map((cell) => row.cells[cell].textContent).join(' '))")
    let listed = heapscope(["list", "-alloc_space", sources, "handleOrder", incident]).text
    var expected: [String] = []
    for line in listed.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count > 2, let number = Int(words[2].prefix { $0 != ":" }) else { continue }
      expected.append("\(number) \(words[0]) \(words[1])")
    }
    let shown = (rows as? [String]) ?? []
    #expect(shown.count >= 11)
    // Lines of the function itself; those around it have figures of other functions.
    let inside = shown.filter { (32...39).contains(Int($0.prefix { $0 != " " }) ?? 0) }
    #expect(inside.count == 8)
    for line in inside { #expect(expected.contains(line), "\(line): \(listed)") }
    // The details show the same around the line, and the file's name before its folder.
    try browser.run("find('graph').focus()")
    try browser.press(WebBrowser.down, WebBrowser.down, WebBrowser.down, WebBrowser.down)
    let details = try browser.text("return find('details').textContent")
    #expect(details.contains("main.go:33"))
    #expect(details.contains("s.log.Info(\"order detail\", \"data\", o)"))
    #expect(
      try browser.text("return find('details').querySelector('.marked .number').textContent")
        == "33")
    // Lines of the Go distribution have its path in the details alone.
    try page.go("#lines=1")
    #expect(
      try browser.holds(
        "Array.from(view.key).every((key) => !nameOf(state, key).includes('/src/'))"))
    withExtendedLifetime(page) {}
  }

  private func noSource(_ browser: WebBrowser) throws {
    let page = try OpenPage(browser, ["report", sources, "--no-source", incident])
    try page.go("#list=source")
    #expect(
      try browser.text("return find('panel').textContent").contains("This page carries no source"))
    // A place is the name of its file first, and is copied whole.
    let plain = try OpenPage(browser, ["report", incident])
    try browser.run(
      "choose({ band: bands[0], node: largest((key) => "
        + "functionOf(state, key).name === 'main.(*service).handleOrder') })")
    #expect(
      try browser.text("return find('details').textContent")
        .contains("main.go:33 example.com/orderlog"))
    #expect(
      try browser.text("return find('details').querySelector('.place button').title")
        == "Copy example.com/orderlog/main.go:33")
    withExtendedLifetime(plain) {}
  }

  private func peek(_ browser: WebBrowser) throws {
    let page = try OpenPage(browser, ["report", "--unit=B", incident])
    for name in ["fmt.Sprintf", "fmt.(*pp).printValue"] {
      try page.go("#list=peek&of=\(Self.escaped(name))")
      let rows = try browser.run(
        "return [...document.querySelectorAll('.peek tbody tr')].map((row) => "
          + "row.cells[1].textContent.replaceAll(',', '') + ' ' + row.cells[3].textContent)")
      let pattern = name.replacing("(*", with: "\\(\\*").replacing(")", with: "\\)")
      let text = heapscope(["peek", "-alloc_space", "-unit=B", "/\(pattern)$/", incident]).text
      let expected = text.split(separator: "\n").compactMap { line -> String? in
        let halves = line.split(separator: "|")
        guard halves.count == 2, let name = halves[1].split(separator: " ").first else {
          return nil
        }
        let figures = halves[0].split(separator: " ")
        return "\(figures[figures.count > 3 ? 3 : 0]) \(name)"
      }
      #expect(expected.count > 4)
      #expect(rows as? [String] == expected)
    }
  }

  private func treeList(_ browser: WebBrowser) throws {
    let page = try OpenPage(browser, ["report", incident])
    try page.go("#list=tree")
    let rows = "[...document.querySelectorAll('#panel tbody tr')]"
    #expect(try browser.text("return \(rows)[0].cells[0].textContent") == page.total)
    let before = try browser.number("return \(rows).length")
    // What has most of its caller is open.
    #expect(before > 4)
    try browser.run("\(rows)[1].querySelector('[aria-expanded=true]').click()")
    #expect(try browser.number("return \(rows).length") < before)
    try browser.run("\(rows)[1].querySelector('[aria-expanded=false]').click()")
    #expect(try browser.number("return \(rows).length") == before)
    // The largest is at the left, and widths stay.
    try page.go("#heavy=1")
    #expect(
      try browser.holds(
        "view.rows.every((row) => Array.from(row).every((node, index) => index === 0 || "
          + "view.parent[row[index - 1]] !== view.parent[node] || "
          + "view.width[row[index - 1]] >= view.width[node]))"))
    #expect(
      try browser.number("return heapscope.widths().children")
        == browser.number("return heapscope.widths().root"))
  }

  private func firstType(_ browser: WebBrowser) throws {
    func type(_ arguments: [String]) throws -> String {
      _ = try OpenPage(browser, ["report"] + arguments)
      return try browser.text("return data.types[state.type][0]")
    }
    #expect(try type([incident]) == "alloc_space")
    #expect(try type(["-inuse_space", incident]) == "inuse_space")
    #expect(try type(["--sample-index=alloc_objects", incident]) == "alloc_objects")
  }

  private func typing(_ browser: WebBrowser) throws {
    let page = try OpenPage(browser, ["report", incident])
    for (field, key) in [("query", "q"), ("filter", "rows")] {
      try browser.run("find('\(field)').focus()")
      try browser.press("f", "m", "t")
      try browser.wait(until: "state.\(key) === 'fmt' && location.hash === rendered")
      try browser.press("\u{e00c}")
      try browser.wait(until: "state.\(key) === '' && location.hash === rendered")
      #expect(try browser.text("return find('\(field)').value") == "")
    }
    for (pattern, words) in [
      ("foo(", "“(” at character 4 is not closed"), ("a)", "“)” at character 2 closes no group"),
      ("[a-z", "“[” at character 1 is not closed"),
      ("*x", "“*” at character 1 has nothing to repeat"),
      ("a|+", "“+” at character 3 has nothing to repeat"), ("[z-a]", "Range out of order"),
    ] {
      #expect(try page.search(pattern).count == 0)
      let text = try browser.text("return find('matched').textContent")
      #expect(text.hasPrefix(words), "\(pattern): \(text)")
      #expect(try browser.text("return find('query').getAttribute('aria-invalid')") == "true")
    }
    // Forms of RE2 that JavaScript writes differently.
    #expect(try page.search("(?i)SPRINTF").count == 1)
    #expect(try page.search("(?P<name>Sprintf)").count == 1)
    // A broken filter in an address gets a message, since it leaves nothing.
    try page.go("#focus=%5B")
    #expect(try browser.text("return find('chips').textContent").contains("is not closed"))
  }

  private func tooltips(_ browser: WebBrowser) throws {
    _ = try OpenPage(browser, ["report", incident])
    func point() throws {
      try browser.run(
        "const { x, y } = heapscope.place('fmt.Sprintf'), origin = canvas.getBoundingClientRect(); "
          + "const event = new MouseEvent('mousemove', { clientX: x, clientY: y }); "
          + "Object.defineProperty(event, 'offsetX', { value: x - origin.left }); "
          + "Object.defineProperty(event, 'offsetY', { value: y - origin.top }); "
          + "canvas.dispatchEvent(event)")
      #expect(try browser.text("return find('tip').textContent").hasPrefix("fmt.Sprintf"))
      #expect(try browser.holds("!find('tip').hidden"))
    }
    for step in [
      "choose({ band: bands[0], node: 3 })", "go({ zoom: '0' })", "go({ lines: true })",
      "go({ sandwich: 'fmt.Sprintf' })",
    ] {
      if step.contains("sandwich") { try browser.run("go({ lines: false })") }
      try point()
      try browser.run(step)
      #expect(try browser.holds("find('tip').hidden"), "\(step)")
      try browser.run("go({ zoom: '', lines: false })")
    }
    try browser.run("go({ sandwich: '' }); find('graph').focus()")
    try point()
    try browser.press(WebBrowser.down)
    #expect(try browser.holds("find('tip').hidden"))
  }

  /// The thick mark is on the line to blame, the thin one on the way from there to the leaf.
  private func marks(_ browser: WebBrowser) throws {
    let page = try OpenPage(browser, ["report", incident])
    for address in ["#sandwich=fmt.Sprintf", "#sandwich=main.main", "#inverted=1", "#"] {
      try page.go(address)
      let blamed = try browser.run(
        "return [...new Set(bands.flatMap(({ view }) => Array.from(view.key)"
          + ".filter((key, node) => key >= 0 && view.blamed[node]).map((key) => nameOf(state, key))))]"
      )
      #expect(blamed as? [String] == ["main.(*service).handleOrder"], "\(address)")
      // Nothing above what is blamed is on the way to the leaf.
      #expect(
        try browser.holds(
          "bands.every(({ view }) => Array.from(view.key).every((key, node) => !view.hot[node] || "
            + "key < 0 || !['main.main', 'runtime.main'].includes(nameOf(state, key))))"),
        "\(address)")
    }
  }

  private func resetting(_ browser: WebBrowser) throws {
    let page = try OpenPage(browser, ["report", incident])
    try page.go("#type=inuse_objects&focus=fmt&q=Sprint&lines=1&rows=e&list=peek&of=x")
    try browser.run("find('reset').click()")
    #expect(
      try browser.text(
        "return [data.types[state.type][0], state.focus.length, state.q, state.rows, "
          + "state.lines, state.list].join()") == "inuse_objects,0,,,true,peek")
    #expect(try browser.holds("find('reset').disabled"))
    // A finding shows its line bright.
    try page.go("#q=runtime&rows=x")
    try browser.run("document.querySelector('#findings article li button').click()")
    try browser.wait(until: "state.zoom !== ''")
    #expect(try browser.text("return state.q + state.rows") == "")
    #expect(try browser.text("return find('details').textContent").contains("handleOrder"))
  }

  private func changes(_ browser: WebBrowser) throws {
    _ = try OpenPage(browser, ["report", "--diff-base=\(base)", incident])
    let heads = try browser.run(
      "return [...document.querySelectorAll('#table th')].map((cell) => cell.textContent)")
    #expect(heads as? [String] == ["flat", "Δflat", "cum", "Δcum", "function"])
    let many = try OpenPage(browser, ["report", "--snapshots", incident, base, incident])
    #expect(
      try browser.text("return find('title').textContent")
        == "3 profiles, orderlog.incident.pb.gz to orderlog.incident.pb.gz")
    withExtendedLifetime(many) {}
  }

  private func counts(_ browser: WebBrowser) throws {
    let page = try OpenPage(browser, ["report", "--sample-index=alloc_objects", incident])
    let profile = try Repository.fixture(incident)
    let total = try #require(profile.magnitude(ofColumn: 0))
    #expect(try page.total == total.formatted(.number.locale(Locale(identifier: "en_US"))))
    #expect(try browser.text("return find('table').textContent").contains(/\d,\d{3},\d{3}/))
  }

  private func minimap(_ browser: WebBrowser) throws {
    let stack = (1...120).map { "main.f\($0)" }.joined(separator: ";")
    let folded = "\(stack) 10\n\(stack);x 5\nmain.f1;y 5\n"
    let page = try OpenPage(browser, ["report", "--input=folded", "-"], input: Array(folded.utf8))
    #expect(try browser.holds("!find('map').hidden && find('map').height > 80"))
    #expect(try browser.number("return picture.scroll.scrollTop") == 0)
    let press =
      "find('map').setPointerCapture = () => {}; "
      + "const event = new PointerEvent('pointerdown', { buttons: 1 }); "
      + "Object.defineProperty(event, 'offsetX', { value: 5 }); "
      + "Object.defineProperty(event, 'offsetY', { value: find('map').clientHeight - 3 }); "
      + "find('map').dispatchEvent(event)"
    try browser.run(press)
    try browser.wait(until: "picture.scroll.scrollTop + picture.shown >= picture.height - 4")
    try browser.wait(until: "+find('map').dataset.bottom > find('map').clientHeight - 3")
    // Upside down, the root is at the bottom.
    try page.go("#flip=1")
    try browser.wait(until: "+find('map').dataset.bottom > find('map').clientHeight - 3")
    _ = try OpenPage(browser, ["report", incident])
    #expect(try browser.holds("find('map').hidden"))
  }

  /// pprof prints the same for a download as for the profile with the same filters.
  private func download(_ browser: WebBrowser) throws {
    let folder = try TestFolder()
    let cases: [(address: String, options: [String], arguments: [String])] = [
      ("#", [], [incident]),
      (
        "#focus=fmt%5C.Sprintf&ignore=printValue",
        ["--focus=fmt\\.Sprintf", "--ignore=printValue"],
        [incident]
      ),
      ("#type=inuse_objects&focus=fmt", ["-inuse_objects", "--focus=fmt"], [incident]),
      ("#", ["--diff-base=\(base)"], ["--diff-base=\(base)", incident]),
    ]
    for (address, options, arguments) in cases {
      let page = try OpenPage(browser, ["report", "--sample-index=alloc_space"] + arguments)
      try page.go(address)
      let text = try browser.text(
        "return zipped(profileBytes(state)).then((bytes) => btoa(String.fromCharCode(...bytes)))")
      let bytes = Array(try #require(Data(base64Encoded: text)))
      #expect(bytes.starts(with: [0x1f, 0x8b]))
      let file = try folder.write("seen.pb.gz", bytes)
      let type = options.contains("-inuse_objects") ? [] : ["-alloc_space"]
      let expected = Self.figures(
        heapscope(["top", "-nodecount=0", "-unit=B", "-trim=false"] + type + options + [incident])
          .text)
      #expect(expected.count > 3)
      let ours = heapscope(["top", "-nodecount=0", "-unit=B", "-trim=false", file])
      #expect(Self.figures(ours.text) == expected)
      #expect(ours.status == 0)
      if let pprof = Tools.pprof {
        let theirs = try ProgramRun(
          pprof, ["-top", "-nodecount=0", "-unit=B", "-trim=false", file])
        #expect(theirs.status == 0, "\(theirs.messages)")
        #expect(Self.figures(theirs.text) == expected)
      }
      let folded = try browser.text("return foldedText(state)")
      let sum = folded.split(separator: "\n").reduce(0) { sum, line in
        sum + (line.split(separator: " ").last.flatMap { Int64($0) } ?? 0)
      }
      #expect(sum == (try page.bytes))
    }
    // The button saves it under the profile's name.
    try browser.run(
      "window.saved = []; const click = HTMLAnchorElement.prototype.click; "
        + "HTMLAnchorElement.prototype.click = function () { saved.push(this.download); }; "
        + "find('save-pprof').click(); find('save-folded').click()")
    try browser.wait(until: "saved.length === 2")
    #expect(
      try browser.text("return saved.sort().join()")
        == "orderlog.incident.seen.folded,orderlog.incident.seen.pb.gz")
  }

  /// Name, flat and cum of each row of a top table.
  private static func figures(_ text: String) -> Set<String> {
    Set(
      text.split(separator: "\n").compactMap { line in
        let words = line.split(separator: " ")
        guard words.count >= 6, words[1].hasSuffix("%"), words[2].hasSuffix("%") else { return nil }
        return "\(words[0]) \(words[3]) \(words[5])"
      })
  }

  private static func escaped(_ name: String) -> String {
    name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? name
  }
}
