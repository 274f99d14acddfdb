import Foundation
import HeapscopeTestSupport
import Testing

private let incident = "go1.27/orderlog.incident.pb.gz"

/// axe-core's rules for WCAG 2.2 AA, and what it counts as best practice.
@Suite(
  "Access to the page", .serialized,
  .enabled(
    if: WebBrowser.isInstalled && Tools.axe != nil,
    "chromium, chromedriver or axe-core is not installed"))
struct PageAccessTests {
  @Test("axe-core finds no problem in the page, light, dark, narrow and with any list")
  func axe() throws {
    let browser = try WebBrowser()
    defer { browser.close() }
    for arguments in [
      ["--source-path=sources/orderlog", incident],
      ["--diff-base=go1.27/orderlog.base.pb.gz", incident],
      ["--snapshots", incident, "go1.27/orderlog.base.pb.gz"],
    ] {
      let page = try OpenPage(browser, ["report"] + arguments)
      try browser.run(try #require(Tools.axe))
      for (width, theme) in [(1400, "light"), (390, "dark")] {
        try browser.resize(width: width, height: 900)
        for address in [
          "#", "#list=source&q=fmt", "#list=source", "#list=peek",
          "#list=tree&sandwich=fmt.Sprintf",
          "#focus=fmt&q=(&rows=x",
        ] {
          try page.go(address)
          try browser.run(
            "applyTheme('\(theme)'); choose({ band: bands[0], node: Math.min(3, view.count - 1) }); "
              + "document.querySelectorAll('details').forEach((part) => { part.open = true; })")
          #expect(try violations(browser) == "", "\(arguments) \(address) \(theme)")
        }
      }
      // What opens over the page.
      try page.go("#")
      try browser.run(
        "find('graph').focus(); choose({ band: bands[0], node: 3 }); "
          + "openMenu({ preventDefault() {} }, picture.selected)")
      #expect(try violations(browser) == "")
      try browser.run("closeMenu(); find('keys').click()")
      #expect(try violations(browser) == "")
    }
  }

  private func violations(_ browser: WebBrowser) throws -> String {
    try browser.text(
      "return axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => "
        + "violations.map((one) => `${one.id}: ${one.help}: ` + one.nodes.slice(0, 3)"
        + ".map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`).join(' | '))"
        + ".join('; '))")
  }
}
