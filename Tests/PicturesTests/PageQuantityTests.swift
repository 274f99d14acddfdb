import Foundations
import HeapscopeTestSupport
import Testing

@Suite(
  "Quantities on the page",
  .enabled(if: WebBrowser.isInstalled, "chromium and chromedriver are not installed"))
struct PageQuantityTests {
  @Test("the page's script formats sizes, durations, counts and shares as all reports do")
  func quantities() throws {
    let browser = try WebBrowser()
    defer { browser.close() }
    let page = try OpenPage(browser, ["report", "go1.27/orderlog.incident.pb.gz"])
    var random = SeededGenerator(seed: 1)
    // JavaScript has whole numbers up to 2^53.
    let values =
      [0, 1, 5, 999, 1000, 1023, 1024, 1536, 1_048_575, 1_048_576, 3_600_000_000_000]
      + (0..<300).map { _ in
        Int64.random(in: 0..<1 << Int64.random(in: 1...53, using: &random), using: &random)
      }
    let signed = values + values.map { -$0 }
    for unit in ["bytes", "kilobytes", "nanoseconds", "ms", "seconds", "count", "things", ""] {
      let list = signed.map(String.init).joined(separator: ",")
      let texts = try browser.text(
        "return [\(list)].map((value) => format(value, '\(unit)')).join(';')")
      for (value, text) in zip(
        signed, texts.split(separator: ";", omittingEmptySubsequences: false))
      {
        #expect(
          text == ScaledValue(value, from: unit, to: "auto").text, "\(value) \(unit)")
      }
    }
    let whole: Int64 = 1 << 40
    let list = values.map(String.init).joined(separator: ",")
    let shares = try browser.text(
      "return [\(list)].map((value) => percent(value, \(whole))).join(';')")
    for (value, text) in zip(values, shares.split(separator: ";")) {
      #expect(
        String(text) == percentage(value, of: whole).trimmingPrefix { $0 == " " }, "\(value)")
    }
    withExtendedLifetime(page) {}
  }
}
