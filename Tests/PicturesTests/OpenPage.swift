import Foundation
import HeapscopeTestSupport
import Testing

/// A page or picture by heapscope in a browser.
final class OpenPage {
  let browser: WebBrowser
  private let file: URL

  init(_ browser: WebBrowser, _ arguments: [String], input: [UInt8]? = nil) throws {
    self.browser = browser
    let run = heapscope(arguments, input: input)
    try #require(run.status == 0, "\(run.messages)")
    let ending = arguments.first == "flame" ? "svg" : "html"
    file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).\(ending)")
    try Data(run.output).write(to: file)
    try browser.open(file)
  }

  deinit { try? FileManager.default.removeItem(at: file) }

  var total: String {
    get throws { try browser.text("return document.querySelector('#total strong').textContent") }
  }

  var bytes: Int64 {
    get throws {
      Int64(try browser.number("return +document.querySelector('#total strong').dataset.value"))
    }
  }

  var hash: String { get throws { try browser.text("return location.hash") } }

  func go(_ hash: String) throws {
    try browser.run("location.hash = '\(hash)'")
    try browser.wait(until: "location.hash === rendered")
  }

  func search(_ pattern: String) throws -> (count: Int, bytes: Int64) {
    let literal = pattern.replacing("\\", with: "\\\\")
    try browser.run(
      "const box = find('query'); box.value = '\(literal)'; box.dispatchEvent(new Event('input'))")
    return (
      Int(try browser.number("return +find('matched').dataset.count")),
      Int64(try browser.number("return +find('matched').dataset.value"))
    )
  }

  func back() throws {
    let before = try hash
    try browser.run("history.back()")
    try browser.wait(until: "location.hash !== '\(before)' && location.hash === rendered")
  }

  /// Right click on the widest box of a function, and a choice from the menu.
  func choose(_ action: String, on function: String) throws {
    let place = "heapscope.place('\(function)')"
    let x = try browser.number("return \(place).x")
    let y = try browser.number("return \(place).y")
    let before = try hash
    try browser.click(x: x, y: y, button: 2)
    try browser.wait(until: "!find('menu').hidden")
    try browser.run("find('menu').querySelector('[data-action=\(action)]').click()")
    try browser.wait(until: "location.hash !== '\(before)' && location.hash === rendered")
  }
}
