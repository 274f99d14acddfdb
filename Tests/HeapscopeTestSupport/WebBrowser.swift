package import Foundation

/// A headless Chromium, driven through chromedriver (https://www.w3.org/TR/webdriver2/).
package final class WebBrowser {
  package struct Failure: Error {
    package var message: String
  }

  package static let isInstalled =
    ["chromedriver", "chromium", "curl"].allSatisfy {
      Tools.path($0) != nil
    }

  private let driver = Process()
  private let port: Int
  private var session = ""

  package init() throws {
    port = Int.random(in: 20_000..<60_000)
    driver.executableURL = URL(filePath: Tools.path("chromedriver") ?? "")
    driver.arguments = ["--port=\(port)", "--silent"]
    driver.standardInput = FileHandle.nullDevice
    driver.standardOutput = FileHandle.nullDevice
    driver.standardError = FileHandle.nullDevice
    try driver.run()
    let deadline = ContinuousClock.now + .seconds(30)
    while (try? call("GET", "/status")) == nil {
      if ContinuousClock.now > deadline { throw Failure(message: "chromedriver does not answer") }
      usleep(50_000)
    }
    let options: [String: Any] = [
      "binary": Tools.path("chromium") ?? "",
      // As root, as in a container, Chromium has no sandbox.
      "args": [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--window-size=1400,1000",
      ],
    ]
    let answer = try call(
      "POST", "/session",
      [
        "capabilities": [
          "alwaysMatch": [
            "goog:loggingPrefs": ["browser": "ALL"], "goog:chromeOptions": options,
          ]
        ]
      ])
    session = (answer as? [String: Any])?["sessionId"] as? String ?? ""
  }

  /// Closes the browser.
  package func close() {
    _ = try? call("DELETE", "/session/\(session)")
    // Under swift test, processes inherit a blocked SIGTERM.
    kill(driver.processIdentifier, SIGKILL)
    driver.waitUntilExit()
  }

  package func open(_ file: URL) throws {
    try call("POST", "/session/\(session)/url", ["url": file.absoluteString])
  }

  /// Prints the page, and returns the PDF.
  package func pdf() throws -> [UInt8] {
    let text = try call("POST", "/session/\(session)/print", [:])
    return Array(Data(base64Encoded: text as? String ?? "") ?? Data())
  }

  /// Resizes the screen, optionally as that of a phone with touch input.
  package func resize(width: Int, height: Int, isPhone: Bool = false) throws {
    try command(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": height, "deviceScaleFactor": isPhone ? 2 : 1, "mobile": isPhone])
    try command("Emulation.setTouchEmulationEnabled", ["enabled": isPhone])
  }

  /// Makes the page see a dark or light system setting.
  package func prefer(dark: Bool) throws {
    let feature = ["name": "prefers-color-scheme", "value": dark ? "dark" : "light"]
    try command("Emulation.setEmulatedMedia", ["features": [feature]])
  }

  /// The visible page, as PNG.
  package func screenshot() throws -> [UInt8] {
    let text = try call("GET", "/session/\(session)/screenshot")
    return Array(Data(base64Encoded: text as? String ?? "") ?? Data())
  }

  /// A command of the DevTools protocol (https://chromedevtools.github.io/devtools-protocol).
  private func command(_ name: String, _ parameters: [String: Any]) throws {
    try call("POST", "/session/\(session)/goog/cdp/execute", ["cmd": name, "params": parameters])
  }

  /// Runs a script in the page and returns what it returns.
  @discardableResult
  package func run(_ script: String) throws -> Any {
    try call("POST", "/session/\(session)/execute/sync", ["script": script, "args": [Any]()])
  }

  package func text(_ script: String) throws -> String { "\(try run(script))" }

  /// Tells whether an expression is true in the page.
  package func holds(_ expression: String) throws -> Bool {
    (try run("return Boolean(\(expression))") as? NSNumber)?.boolValue == true
  }

  package func number(_ script: String) throws -> Double {
    guard let number = try run(script) as? NSNumber else {
      throw Failure(message: "no number: \(script)")
    }
    return number.doubleValue
  }

  /// Waits until a script returns true, five seconds at most.
  package func wait(until script: String) throws {
    let deadline = ContinuousClock.now + .seconds(5)
    while try !holds(script) {
      if ContinuousClock.now > deadline { throw Failure(message: "never true: \(script)") }
      usleep(20_000)
    }
  }

  /// Clicks at a point of the window; button 2 is the right one.
  package func click(x: Double, y: Double, button: Int = 0) throws {
    try perform(
      "pointer",
      [
        ["type": "pointerMove", "duration": 0, "x": Int(x), "y": Int(y)],
        ["type": "pointerDown", "button": button], ["type": "pointerUp", "button": button],
      ])
  }

  /// Presses keys one after another; special ones by their code points in WebDriver.
  package func press(_ keys: String...) throws {
    try perform(
      "key",
      keys.flatMap { [["type": "keyDown", "value": $0], ["type": "keyUp", "value": $0]] })
  }

  package static let enter = "\u{e007}"
  package static let backspace = "\u{e003}"
  package static let down = "\u{e015}"

  private func perform(_ kind: String, _ actions: [[String: Any]]) throws {
    let source: [String: Any] = ["type": kind, "id": kind, "actions": actions]
    try call("POST", "/session/\(session)/actions", ["actions": [source]])
  }

  /// What the page has written to its console, errors included, since the last call.
  package func consoleMessages() throws -> [String] {
    let answer = try call("POST", "/session/\(session)/se/log", ["type": "browser"])
    return (answer as? [[String: Any]] ?? []).map { "\($0["message"] ?? "")" }
  }

  @discardableResult
  private func call(_ method: String, _ path: String, _ body: [String: Any]? = nil) throws -> Any {
    // URLSession on Linux rejects the headers of chromedriver's responses.
    var arguments = ["-s", "-m", "60", "-X", method, "http://127.0.0.1:\(port)\(path)"]
    var input: [UInt8] = []
    if let body {
      arguments += ["-H", "Content-Type: application/json", "--data-binary", "@-"]
      input = Array(try JSONSerialization.data(withJSONObject: body))
    }
    let answer = try ProgramRun(Tools.path("curl") ?? "", arguments, input: .bytes(input))
    if answer.status != 0 { throw Failure(message: "curl: status \(answer.status)") }
    let object = try JSONSerialization.jsonObject(with: Data(answer.output)) as? [String: Any]
    let value = object?["value"] ?? NSNull()
    if let problem = value as? [String: Any], let message = problem["message"],
      problem["error"] != nil
    {
      throw Failure(message: "\(message)")
    }
    return value
  }
}
