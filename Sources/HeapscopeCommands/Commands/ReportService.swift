import Foundations
import Glibc
import HTTPService
import Pictures
import ProfileModel
import Reports

/// Serves the page of `report` until Ctrl-C (pprof's `-http`). Each request makes the page anew, so
/// reloading it shows what a running program holds now.
final class ReportService {
  private var request: FlameRequest
  private let keepsApart: Bool
  private let session: Session

  /// The pages, by the last element of their path.
  private var views: [String: View] = [:]

  /// With several profiles, a list to choose from.
  private var list: [(path: String, title: String, facts: String)] = []

  /// Pages that need not be made again. The first one was made to see whether that succeeds, and is
  /// used once; what came through a pipe is kept.
  private var kept: [String: [UInt8]] = [:]
  private var isStream = false

  private struct View {
    /// The profiles to read for it.
    var profiles: [String]
    var keepsApart = false
  }

  init(_ request: FlameRequest, keepsApart: Bool, in session: Session) throws {
    self.request = request
    self.keepsApart = keepsApart
    self.session = session
    try nameProfile()
  }

  /// Listens, makes the first page, and answers requests until a signal comes.
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

  /// Names the profile that was found without being named, so that it stays the same.
  private func nameProfile() throws {
    guard request.profiles.isEmpty else {
      isStream = (request.profiles + request.loading.bases).contains(where: isReadOnce)
      return
    }
    let input = try session.findProfile(request.loading.fetching)
    isStream = input.isStream
    if isStream { return }
    let name = input.url == nil ? input.path : session.environment["HEAPSCOPE_PROFILE"]
    request.profiles = [name].compactMap(\.self)
  }

  private func prepare() throws {
    // What can be read only once is on one page.
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
    for (index, name) in request.profiles.enumerated() {
      // A folder or pattern stands for several profiles, each with its own time.
      let profile = loaded.count == request.profiles.count ? loaded[index].profile : nil
      add("\(index + 1)", View(profiles: [name]), session.inputName(name), profile.map(facts) ?? "")
    }
    kept["all"] = try page("all")
  }

  private func facts(_ profile: Profile) -> String {
    let time = profile.figuresNanoseconds
    return "\(groupedDigits(Int64(profile.samples.count))) samples"
      + (time == 0 ? "" : ", taken \(localTime(time, "%Y-%m-%d %H:%M:%S %Z"))")
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
    // What a URL returned before is outdated.
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

  /// No cache keeps a profile, no other page frames it, and no link reveals its address.
  private static let headers: [(name: String, value: String)] = [
    ("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"), ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"), ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
  ]

  /// - Parameter text: as it should be shown; with a title, as HTML.
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

/// Whether a word names something that can be read only once: standard input, or a named pipe, as
/// the shell makes them.
private func isReadOnce(_ name: String) -> Bool {
  if name == "-" || name == "@-" { return true }
  var status = stat()
  return stat(name, &status) == 0 && ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
}

/// This machine's name in the network.
private func hostName() -> String {
  var name = [CChar](repeating: 0, count: 256)
  guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
  return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
