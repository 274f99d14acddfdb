import Foundation
import HeapscopeTestSupport
import Testing

private let incident = "go1.27/orderlog.incident.pb.gz"

/// What a reader sees of a page, and how to use it without a mouse.
@Suite(
  "Views of the page", .serialized,
  .enabled(if: WebBrowser.isInstalled, "chromium and chromedriver are not installed"))
struct PageViewTests {
  @Test("the views of the page in a browser agree with its figures")
  func page() throws {
    let browser = try WebBrowser()
    defer { browser.close() }
    try steps(browser)
    try links(browser)
    try table(browser)
    try contrast(browser)
    try roles(browser)
    try sandwich(browser)
    try paper(browser)
    try offline(browser)
    try names(browser)
    try large(browser)
    try svgLinks(browser)
    #expect(try browser.consoleMessages() == [])
  }

  /// Everything that differs between two views.
  private static let view = """
    [find('total').textContent, find('chips').textContent, find('matched').textContent,
      find('details').textContent, find('table').textContent, find('query').value,
      find('filter').value, find('graph').toDataURL()].join('\\n')
    """

  private func steps(_ browser: WebBrowser) throws {
    let page = try OpenPage(browser, ["report", "--sample-index=alloc_space", incident])
    let first = try browser.text("return \(Self.view)")
    #expect(try browser.holds("find('back').disabled"))
    // Four frames inward is one of the user's functions, five is fmt's.
    func choose() throws {
      try browser.run("find('graph').focus()")
      try browser.press(
        WebBrowser.down, WebBrowser.down, WebBrowser.down, WebBrowser.down, WebBrowser.down)
    }
    for (key, field) in [
      ("f", "focus"), ("i", "ignore"), ("o", "from"), ("w", "sandwich"), ("s", "q"),
      ("t", "type"), ("l", "lines"), ("v", "inverted"), (WebBrowser.enter, "zoom"),
    ] {
      try choose()
      try browser.press(key)
      try browser.wait(
        until: "location.hash === rendered && String(location.hash).includes('\(field)=')")
      #expect(try browser.text("return \(Self.view)") != first, "\(field)")
      try browser.press(WebBrowser.backspace)
      try browser.wait(until: "location.hash === '' && rendered === ''")
      #expect(try browser.text("return \(Self.view)") == first, "\(field)")
    }
    // Reset clears everything at once, and is itself one step.
    try choose()
    try browser.press("i")
    try browser.wait(until: "state.ignore.length === 1")
    try choose()
    try browser.press("f")
    try browser.wait(until: "state.focus.length === 1")
    let filtered = try page.bytes
    try browser.run("find('reset').click()")
    try browser.wait(until: "rendered === ''")
    #expect(try browser.text("return \(Self.view)") == first)
    try page.back()
    #expect(try page.bytes == filtered)
    // Where no step is left, back does not leave the page.
    try page.back()
    try page.back()
    try browser.run("find('graph').focus()")
    try browser.press(WebBrowser.backspace)
    #expect(try browser.text("return document.title") == "orderlog.incident.pb.gz")
    #expect(try browser.text("return \(Self.view)") == first)
  }

  private func links(_ browser: WebBrowser) throws {
    let page = try OpenPage(browser, ["report", incident])
    try page.go("#type=alloc_objects")
    try page.choose("focus", on: "main.(*service).handleOrder")
    try page.choose("ignore", on: "log/slog.(*Logger).Info")
    try page.choose("from", on: "main.main")
    try page.choose("zoom", on: "fmt.Sprint")
    _ = try page.search("reflect|<&\"")
    try browser.run("find('filter').value = 'e'; find('filter').dispatchEvent(new Event('input'))")
    try browser.run("document.querySelector('#table th button').click()")
    let seen = try browser.text("return \(Self.view)")
    let address = try browser.text("return location.href")
    #expect(address.contains("sort=flat") && address.contains("rows=e"))
    try browser.open(try #require(URL(string: "about:blank")))
    try browser.open(try #require(URL(string: address)))
    #expect(try browser.text("return \(Self.view)") == seen)
    try page.go("#type=alloc_space&sandwich=fmt.Sprintf&lines=1")
    let both = try browser.text("return \(Self.view)")
    #expect(both != seen)
    let other = try browser.text("return location.href")
    try browser.open(try #require(URL(string: "about:blank")))
    try browser.open(try #require(URL(string: other)))
    #expect(try browser.text("return \(Self.view)") == both)
    // A broken address shows as much as possible.
    try page.go("#type=nothing&at=7&vs=x&zoom=a.b.9&sort=size&q=(&focus=[")
    #expect(try page.bytes == 0)
    try page.go("#type=nothing&at=-7&vs=99&zoom=1.2.3.4&sort=constructor")
    #expect(try page.bytes > 0)
  }

  private func table(_ browser: WebBrowser) throws {
    _ = try OpenPage(browser, ["report", "--sample-index=alloc_space", incident])
    let rows = "[...document.querySelectorAll('#table tbody tr')]"
    func column(_ field: String) throws -> [Double] {
      let numbers = try browser.run(
        "return \(rows).map((row) => rows.find((one) => one.name === row.dataset.name).\(field))")
      return (numbers as? [NSNumber] ?? []).map(\.doubleValue)
    }
    func head(_ index: Int) throws -> String {
      let cell = "document.querySelectorAll('#table th')[\(index)]"
      try browser.run("\(cell).querySelector('button').click()")
      return try browser.text("return \(cell).getAttribute('aria-sort')")
    }
    #expect(try column("cum") == column("cum").sorted(by: >))
    #expect(try head(0) == "descending")
    #expect(try column("flat").first ?? 0 > 0)
    #expect(try column("flat") == column("flat").sorted(by: >))
    #expect(try head(0) == "ascending")
    #expect(try column("flat") == column("flat").sorted(by: <))
    #expect(try head(4) == "ascending")
    let names = try browser.run("return \(rows).map((row) => row.dataset.name)") as? [String] ?? []
    #expect(names.count == 40)
    #expect(names == names.sorted())
    try browser.run("history.back()")
    try browser.wait(until: "state.sort === '-flat'")
    // A frame that is chosen is marked in the table.
    try browser.run("go({ sort: 'cum' }); find('graph').focus()")
    try browser.press(WebBrowser.down, WebBrowser.down)
    #expect(
      try browser.text("return document.querySelector('#table tr.chosen').dataset.name")
        == "runtime.main")
  }

  /// Contrast as WCAG 2.1 computes it (success criterion 1.4.3), for texts of normal size.
  private static let contrastScript = #"""
    const channel = (c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const light = ([r, g, b]) => 0.2126 * channel(r / 255) + 0.7152 * channel(g / 255)
      + 0.0722 * channel(b / 255);
    const contrast = (one, other) => {
      const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
      return (high + 0.05) / (low + 0.05);
    };
    const pen = document.createElementNS('http://www.w3.org/1999/xhtml', 'canvas').getContext('2d', { willReadFrequently: true });
    const over = (layers) => {
      pen.globalAlpha = 1;
      pen.clearRect(0, 0, 1, 1);
      for (const [color, alpha] of layers) {
        pen.globalAlpha = alpha;
        pen.fillStyle = color;
        pen.fillRect(0, 0, 1, 1);
      }
      return [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)];
    };
    """#

  private func contrast(_ browser: WebBrowser) throws {
    for arguments in [[incident], ["--diff-base=go1.27/orderlog.base.pb.gz", incident]] {
      let page = try OpenPage(browser, ["report"] + arguments)
      for theme in ["light", "dark"] {
        try page.go("#type=alloc_space&q=fmt&focus=fmt")
        try browser.run("applyTheme('\(theme)'); choose({ band: bands[0], node: 3 })")
        // Every colour that a package or a change can have, as it is and as it fades.
        let frames = try browser.number(
          Self.contrastScript + #"""
            const { palette } = picture, colors = [palette.root, palette.hit, palette.still];
            for (const [from, to, saturation, low, high] of palette.owner) {
              for (let hue = from; hue <= to; hue++) {
                for (const part of [0, 0.5, 1]) {
                  colors.push(`hsl(${hue} ${saturation}% ${low + (high - low) * part}%)`);
                }
              }
            }
            for (let part = 0; part <= 100; part++) {
              colors.push(picture.changeColor(100 - part, 100), picture.changeColor(100, 100 - part));
            }
            let worst = 99;
            for (const color of colors) {
              for (const [box, text] of [[1, 1], [0.45, 1], [0.55, 0.8]]) {
                const ground = [[palette.page, 1], [color, box]];
                worst = Math.min(worst, contrast(over([...ground, [palette.text, text]]), over(ground)));
              }
            }
            return worst;
            """#)
        #expect(frames >= 4.5, "\(theme)")
        // Every text of the page on what is behind it.
        let texts = try browser.text(
          Self.contrastScript + #"""
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            let worst = [99, 'none'], count = 0;
            while (walker.nextNode()) {
              const parent = walker.currentNode.parentElement;
              const isShown = walker.currentNode.data.trim() && parent.getClientRects().length;
              if (!isShown || parent.closest('script, noscript, button:disabled')) continue;
              const layers = [];
              for (let at = parent; at; at = at.parentElement) {
                layers.unshift([getComputedStyle(at).backgroundColor, 1]);
              }
              const ratio = contrast(over([...layers, [getComputedStyle(parent).color, 1]]), over(layers));
              count++;
              if (ratio < worst[0]) worst = [ratio, parent.outerHTML.slice(0, 120)];
            }
            return (count > 100 && worst[0] >= 4.5) ? 'readable' : `${count}: ${worst}`;
            """#)
        #expect(texts == "readable", "\(theme)")
      }
    }
  }

  private func roles(_ browser: WebBrowser) throws {
    let page = try OpenPage(browser, ["report", "--sample-index=alloc_space", incident])
    func text(_ script: String) throws -> String { try browser.text("return \(script)") }
    #expect(try text("document.documentElement.lang") == "en")
    #expect(try text("find('graph').getAttribute('role')") == "application")
    #expect(try text("find('graph').tabIndex") == "0")
    #expect(try text("find('types').getAttribute('role')") == "radiogroup")
    #expect(
      try text(
        "find('types').querySelectorAll('[role=radio][aria-checked=true][tabindex=\"0\"]').length")
        == "1")
    #expect(try text("find('status').getAttribute('aria-live')") == "polite")
    #expect(try text("find('search').getAttribute('role')") == "search")
    #expect(
      try browser.holds(
        "[...document.querySelectorAll('#table th')].every((cell) => cell.scope === 'col')"))
    // Whatever can be used has a name.
    #expect(
      try text(
        "[...document.querySelectorAll('button, input, select')].filter((part) => "
          + "!(part.textContent.trim() || part.getAttribute('aria-label') || part.closest('label')))"
          + ".length") == "0")
    // The types are gone through with the arrows, the menu with the keys alone.
    try browser.run("find('types').querySelector('[aria-checked=true]').focus()")
    try browser.press("\u{e014}")
    try browser.wait(until: "data.types[state.type][0] === 'inuse_objects'")
    #expect(try text("document.activeElement.dataset.key") == "2")
    try page.back()
    try browser.run("find('graph').focus()")
    try browser.press(WebBrowser.down, WebBrowser.down)
    #expect(try text("find('graph').getAttribute('aria-label')").contains("runtime.main"))
    try browser.run(
      "find('graph').dispatchEvent(new KeyboardEvent('keydown', "
        + "{ key: 'F10', shiftKey: true, bubbles: true }))")
    #expect(try text("document.activeElement.getAttribute('role')") == "menuitem")
    try browser.press(WebBrowser.down)
    #expect(try text("document.activeElement.dataset.action") == "focus")
    try browser.press(WebBrowser.enter)
    try browser.wait(until: "state.focus.length === 1")
    #expect(try text("document.activeElement.id") == "graph")
    try browser.press("?")
    try browser.wait(until: "find('key-list').open")
  }

  private func sandwich(_ browser: WebBrowser) throws {
    _ = try OpenPage(
      browser, ["report", "--sample-index=alloc_space", incident])
    try browser.run("go({ sandwich: 'fmt.Sprintf' })")
    // The outermost caller is the topmost row, the function's callees are below it.
    let order = try browser.run(
      "const [callers, callees] = picture.bands; "
        + "const top = (band, depth) => picture.rowTop(band, depth); "
        + "return [top(callers, 1), top(callers, 0), top(callees, 0), top(callees, 1)]")
    let tops = (order as? [NSNumber] ?? []).map(\.doubleValue)
    #expect(tops.count == 4 && tops == tops.sorted())
    let names = try browser.run(
      "const [callers, callees] = picture.bands.map((band) => band.view); "
        + "const children = (view) => [...view.rows[1]].map((node) => nameOf(state, view.key[node])); "
        + "return [children(callers).join(), children(callees).join()]")
    #expect(
      names as? [String] == [
        "log/slog.appendTextValue,main.(*service).handleOrder,runtime/pprof.elfBuildID",
        "fmt.(*pp).doPrintf,fmt.(*pp).free,fmt.newPrinter",
      ])
  }

  private func paper(_ browser: WebBrowser) throws {
    let page = try OpenPage(browser, ["report", "--sample-index=alloc_space", incident])
    try page.go("#flip=1")
    try browser.run("applyTheme('dark')")
    let height = try browser.number("return picture.height")
    try browser.run(
      "window.printed = []; addEventListener('beforeprint', () => printed.push("
        + "picture.shown, document.documentElement.dataset.theme))")
    #expect(try browser.pdf().starts(with: Array("%PDF".utf8)))
    #expect(try browser.number("return printed[0]") == height)
    #expect(try browser.text("return printed[1]") == "light")
  }

  private func offline(_ browser: WebBrowser) throws {
    let page = try OpenPage(browser, ["report", incident])
    #expect(try browser.text("return location.protocol") == "file:")
    #expect(try page.bytes > 0)
    #expect(try browser.number("return performance.getEntriesByType('resource').length") == 0)
    // The policy blocks everything that is not the page's own.
    try browser.run(
      "const script = document.createElement('script'); script.textContent = 'window.intruder = 1'; "
        + "document.body.append(script)")
    #expect(try browser.holds("window.intruder === undefined"))
    let messages = try browser.consoleMessages()
    #expect(!messages.isEmpty)
    #expect(messages.allSatisfy { $0.contains("Content Security Policy") })
  }

  private func names(_ browser: WebBrowser) throws {
    let names = [
      "<script>alert(1)</script>", "</script><script>alert(2)</script>", "<!--<script>",
      "`${alert(3)}`", "javascript:alert(4)", "\"'onmouseover='alert(5)'",
      "<img/src/onerror=alert(6)>",
      "a\u{2028}b\u{2029}c", "__proto__", "constructor", "&ltb&gt", "</title><h1>", "]]>",
    ]
    let folded = names.map { "main;\($0) 10\n" }.joined()
    let page = try OpenPage(browser, ["report", "--input=folded", "-"], input: Array(folded.utf8))
    #expect(try page.bytes == Int64(10 * names.count))
    try browser.run(
      "for (let node = 1; node < view.count; node++) choose({ band: bands[0], node })")
    for name in names {
      let literal = String(decoding: try JSONEncoder().encode(name), as: UTF8.self)
      let shown = name.replacing("\u{2028}", with: "\\u{2028}").replacing(
        "\u{2029}", with: "\\u{2029}")
      let row = String(decoding: try JSONEncoder().encode(shown), as: UTF8.self)
      #expect(
        try browser.holds("rows.some((row) => row.name === \(row))"), "\(literal)")
      for field in ["sandwich", "focus", "ignore", "from", "q"] {
        let value = field == "focus" || field == "ignore" ? "[exactly(name)]" : "exactly(name)"
        try browser.run(
          "const name = \(row); go({ ...defaults, \(field): "
            + "\(field == "sandwich" ? "name" : value) })")
        try browser.wait(until: "location.hash === rendered")
        if field == "focus" { #expect(try page.bytes == 10, "\(literal)") }
      }
    }
    #expect(try browser.number("return document.querySelectorAll('h1, h2').length") == 4)
    #expect(try browser.number("return document.scripts.length") == 2)
    #expect(try browser.number("return document.images.length") == 0)
    #expect(
      try browser.holds(
        "[...document.querySelectorAll('*')].every((part) => "
          + "![...part.attributes].some((one) => one.name.startsWith('on')))"))
    #expect(try browser.consoleMessages() == [])
  }

  private func large(_ browser: WebBrowser) throws {
    let page = try OpenPage(
      browser, ["report", "--sample-index=alloc_space", "--nodefraction=0.1", incident])
    let notice = try browser.text("return find('notice').hidden ? '' : find('notice').textContent")
    #expect(notice.contains("subtrees below 10.00% of the total were put into (smaller frames)"))
    let top = heapscope(["top", "--sample-index=alloc_space", "--unit=auto", incident]).text
    #expect(top.contains(" of \(try page.total) total"))
    #expect(
      try browser.number("return heapscope.widths().children")
        == browser.number("return heapscope.widths().root"))
  }

  private func svgLinks(_ browser: WebBrowser) throws {
    let page = try OpenPage(browser, ["flame", "--sample-index=alloc_space", incident])
    let boxes = "[...document.querySelectorAll('#frames > g:not(.hidden) rect')]"
    #expect(
      try browser.number(
        "const root = \(boxes)[0], y = +root.getAttribute('y') - 17, all = \(boxes)"
          + ".filter((box) => +box.getAttribute('y') === y); return all.reduce((sum, box) => "
          + "sum + +box.dataset.value, 0) - root.dataset.value + Math.round(100 * all.reduce("
          + "(sum, box) => sum + +box.getAttribute('width'), 0) - 100 * root.getAttribute('width'))"
      )
        == 0)
    try browser.run(
      "window.prompt = () => 'Sprint'; const hit = \(boxes).find((box) => "
        + "box.parentNode.textContent.startsWith('fmt.Sprintf (')); "
        + "hit.dispatchEvent(new MouseEvent('click', { bubbles: true })); "
        + "document.getElementById('search').dispatchEvent(new MouseEvent('click'))")
    let look =
      "\(boxes).map((box) => box.getAttribute('x') + box.parentNode.className.baseVal).join()"
    let seen = try browser.text("return \(look) + document.getElementById('matched').textContent")
    let address = try browser.text("return location.href")
    #expect(address.contains("z=") && address.contains("q=Sprint"))
    try browser.open(try #require(URL(string: "about:blank")))
    try browser.open(try #require(URL(string: address)))
    #expect(
      try browser.text("return \(look) + document.getElementById('matched').textContent") == seen)
    let worst = try browser.number(
      Self.contrastScript
        + "let worst = 99; for (const box of document.querySelectorAll('#frames rect')) "
        + "worst = Math.min(worst, contrast(over([['#1b1b1b', 1]]), "
        + "over([[getComputedStyle(box).fill, 1]]))); return worst")
    #expect(worst >= 4.5)
    // The file goes with it.
    withExtendedLifetime(page) {}
  }
}
