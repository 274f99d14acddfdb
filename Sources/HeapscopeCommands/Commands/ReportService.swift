import Foundations
import Glibc
import HTTPService
import Pictures
import ProfileModel
import Reports

/// The page of `report`, served until Ctrl-C (pprof's `-http`). It is made anew each time it is
/// asked for, so reloading it shows what a running program holds now.
final class ReportService {
  private var request: FlameRequest
  private let keepsApart: Bool
  private let session: Session

  /// The pages, by the last part of their path.
  private var views: [String: View] = [:]

  /// With several profiles there is a list to choose from.
  private var list: [(path: String, title: String, facts: String)] = []

  /// Pages that need not be made again: the first one, which was made to see whether it can be,
  /// once, and what came through a pipe always.
  private var kept: [String: [UInt8]] = [:]
  private var isStream = false

  private struct View {
    /// What is read for it.
    var profiles: [String]
    var keepsApart = false
  }

  init(_ request: FlameRequest, keepsApart: Bool, in session: Session) throws {
    self.request = request
    self.keepsApart = keepsApart
    self.session = session
    try nameProfile()
  }

  /// Listens, makes the first page, and answers until a signal comes.
  func run(at address: ListenAddress, opensBrowser: Bool) throws -> ExitStatus {
    let server = try listen(address)
    session.signals = session.invocation.handlesSignals ? SignalWatch() : nil
    defer { session.signals = nil }
    try prepare()
    let gate = HTTPGate(host: address.host, isLoopback: server.isLoopback)
    let shown = gate.address(host: address.isWildcard ? hostName() : address.host, server.port)
    session.message("serving at \(shown) until Ctrl-C")
    if !server.isLoopback {
      session.message(
        "other machines can reach it: whoever has that address sees the profile, and the "
          + "network too, as it goes without encryption")
    }
    if opensBrowser { _ = session.showInBrowser(shown) }
    let endedWell = server.run(
      wakeUp: session.signals?.descriptor ?? -1, isDone: { self.isInterrupted },
      answer: { self.answer($0, gate) })
    if !endedWell { throw CommandFailure(.unavailable, "--http: libmicrohttpd cannot serve") }
    return .success
  }

  private var isInterrupted: Bool { session.signals?.ending != nil }

  private func listen(_ address: ListenAddress) throws(CommandFailure) -> HTTPServer {
    let shown = "--http '\(address.host):\(address.port)'"
    do { return try HTTPServer(address) } catch {
      throw switch error {
      case .unknownHost: CommandFailure(.usage, "\(shown): give a name or address of this machine")
      case .system(let problem) where problem.errno == EADDRINUSE:
        CommandFailure(
          .cannotCreate,
          "\(shown): the port is in use; give another, or ':' for any that is free")
      case .system(let problem) where problem.errno == EADDRNOTAVAIL:
        CommandFailure(.usage, "\(shown): give a name or address of this machine")
      case .system(let problem):
        CommandFailure(.cannotCreate, "\(shown): cannot listen: \(systemMessage(problem.errno))")
      }
    }
  }

  // MARK: The pages

  /// Gives a profile that was found, not named, its name, so that it stays the same one.
  private func nameProfile() throws {
    guard request.profiles.isEmpty else {
      isStream = (request.profiles + request.loading.bases).contains {
        // A pipe that the shell made has a name.
        $0 == "-" || access($0, F_OK) == 0 && !isRegularFile($0)
      }
      return
    }
    let input = try session.findProfile(request.loading.fetching)
    isStream = input.isStream
    if isStream { return }
    let name = input.url == nil ? input.path : session.environment["HEAPSCOPE_PROFILE"]
    request.profiles = [name].compactMap(\.self)
  }

  private func prepare() throws {
    // What can be read once is on one page.
    if request.profiles.count < 2 || keepsApart || isStream {
      views[""] = View(profiles: request.profiles, keepsApart: keepsApart)
      kept[""] = try page("")
      return
    }
    let loaded = try session.loadEach(request.profiles, request.loading)
    add("all", View(profiles: request.profiles), "all added up", "")
    add(
      "steps", View(profiles: request.profiles, keepsApart: true), "one after another",
      "to step through and to compare")
    for (index, (name, profile)) in zip(request.profiles, loaded).enumerated() {
      let time = profile.profile.figuresNanoseconds
      add(
        "\(index + 1)", View(profiles: [name]), session.inputName(name),
        "\(groupedDigits(Int64(profile.profile.samples.count))) samples"
          + (time == 0 ? "" : ", taken \(localTime(time, "%Y-%m-%d %H:%M:%S %Z"))"))
    }
    kept["all"] = try page("all")
  }

  private func add(_ path: String, _ view: View, _ title: String, _ facts: String) {
    views[path] = view
    list.append((path, title, facts))
  }

  /// Makes a page anew.
  private func page(_ path: String) throws -> [UInt8] {
    guard let view = views[path] else { return [] }
    var request = request
    request.profiles = view.profiles
    // What a URL gave before is old.
    for name in request.profiles + request.loading.bases { session.fetched[name] = nil }
    return try ReportCommand.text(of: request, keepsApart: view.keepsApart, in: session).bytes
  }

  // MARK: Answers

  private func answer(_ request: HTTPRequest, _ gate: HTTPGate) -> HTTPAnswer {
    switch gate.decision(on: request) {
    case .refused(let status, let reason): return Self.answer(status, reason)
    case .open("") where !list.isEmpty: return Self.answer(200, listPage(), title: "heapscope")
    case .open(let path) where views[path] == nil: return Self.answer(404, "There is no such page.")
    case .open(let path): return pageAnswer(path)
    }
  }

  private func pageAnswer(_ path: String) -> HTTPAnswer {
    do {
      var page = kept[path]
      if !isStream { kept[path] = nil }
      if page == nil { page = try self.page(path) }
      if isStream { kept[path] = page }
      return HTTPAnswer(200, page ?? [], headers: Self.headers)
    } catch let failure as CommandFailure {
      if !failure.message.isEmpty { session.message(failure.message) }
      return Self.answer(503, failure.message)
    } catch {
      session.message("\(error)")
      return Self.answer(500, "\(error)")
    }
  }

  private func listPage() -> String {
    let rows = list.map { entry in
      "<li><a href=\"\(entry.path)\">\(markup(session.shownName(entry.title)))</a> "
        + "\(markup(entry.facts))</li>"
    }
    return "<ul>\n\(rows.joined(separator: "\n"))\n</ul>"
  }

  /// No cache keeps a profile, no page of others frames it, and no link tells its address.
  private static let headers: [(name: String, value: String)] = [
    ("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"), ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"), ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
  ]

  /// - Parameter text: as it is to be shown; with a title, as HTML.
  private static func answer(_ status: Int, _ text: String, title: String? = nil) -> HTTPAnswer {
    let body = title == nil ? "<p>\(markup(text))</p>" : text
    let page = """
      <!doctype html>
      <html lang="en">
      <head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>heapscope</title></head>
      <body><h1>heapscope</h1>
      \(body)
      </body></html>

      """
    let policy = (name: "Content-Security-Policy", value: "default-src 'none'")
    let allow = status == 405 ? [(name: "Allow", value: "GET, HEAD")] : []
    return HTTPAnswer(status, Array(page.utf8), headers: headers + [policy] + allow)
  }
}

/// What machines call this one.
private func hostName() -> String {
  var name = [CChar](repeating: 0, count: 256)
  guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
  return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
