import Foundation
import HeapscopeTestSupport
import Testing

/// Not a check: `make pictures` takes the pictures that the documents show.
@Suite(
  "Pictures of the documents", .serialized,
  .enabled(
    if: ProcessInfo.processInfo.environment["HEAPSCOPE_PICTURES"] != nil && WebBrowser.isInstalled,
    "'make pictures' takes them"))
struct DocumentPictures {
  private static let incident = "go1.27/orderlog.incident.pb.gz"
  private static let source = "--source-path=sources/orderlog"

  @Test("the pictures in the documents are taken again")
  func pictures() throws {
    let browser = try WebBrowser()
    defer { browser.close() }
    func take(_ name: String) throws {
      let file = Repository.root.appending(path: "docs/\(name)")
      try Data(try browser.screenshot()).write(to: file)
    }
    func chooseBlamed() throws {
      try browser.run(
        "choose({ band: bands[0], node: largest((key) => "
          + "functionOf(state, key).name === 'main.(*service).handleOrder') })")
    }
    try browser.resize(width: 1400, height: 1000)
    try browser.prefer(dark: false)
    var page = try OpenPage(browser, ["report", Self.source, Self.incident])
    try chooseBlamed()
    try take("report.png")
    try browser.prefer(dark: true)
    try page.go("#sandwich=fmt.Sprintf&list=source")
    try take("report-dark.png")
    try browser.prefer(dark: false)
    try browser.resize(width: 390, height: 844, isPhone: true)
    page = try OpenPage(browser, ["report", Self.source, Self.incident])
    try chooseBlamed()
    try take("report-phone.png")
    try browser.resize(width: 1200, height: 620)
    page = try OpenPage(browser, ["flame", "--sample-index=alloc_space", Self.incident])
    try take("flame.png")
    withExtendedLifetime(page) {}
  }
}
