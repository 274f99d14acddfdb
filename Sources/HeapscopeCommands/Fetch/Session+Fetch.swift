import Foundations
import Glibc
import ProfileFetch
import Reports

extension Session {
  /// How many are fetched at the same time.
  private static let parallelFetches = 32

  /// Returns the URL that an argument means, or nil when it names a file.
  ///
  /// As in pprof, an existing file takes precedence.
  ///
  /// - Parameter adjust: may request another profile than the heap's.
  func profileURL(
    _ name: String, _ request: FetchingRequest, adjust: (inout ProfileURL) -> Void = { _ in }
  ) throws(CommandFailure) -> ProfileURL? {
    if name == "-" || access(name, F_OK) == 0 { return nil }
    var url: ProfileURL
    do {
      guard let named = try ProfileURL(name) else { return nil }
      url = named
    } catch {
      throw CommandFailure(.usage, "\(ProfileURL.withoutSecrets(name)): \(describe(error))")
    }
    adjust(&url)
    if let seconds = request.seconds { url.set("seconds", to: "\(seconds)") }
    if request.collectsGarbage { url.set("gc", to: "1") }
    if url.seconds > ProfileURL.mostSeconds {
      throw CommandFailure(
        .usage, "\(url.shown): give seconds=1 to seconds=\(ProfileURL.mostSeconds), a day")
    }
    return url
  }

  /// Fetches all arguments that are URLs, at the same time, unless they were fetched before.
  ///
  /// A profile that cannot be fetched is no error here; it is one when it is opened.
  ///
  /// - Throws: when a signal ends it, or when an option names a file that is missing.
  func fetchURLs(
    _ names: [String], _ request: FetchingRequest, adjust: (inout ProfileURL) -> Void = { _ in }
  ) throws(CommandFailure) {
    var waiting: [(name: String, url: ProfileURL)] = []
    for name in names where fetched[name] == nil && !waiting.contains(where: { $0.name == name }) {
      if let url = try profileURL(name, request, adjust: adjust) { waiting.append((name, url)) }
    }
    if waiting.isEmpty { return }
    let options = try fetchOptions(request)
    let folder = try keepingFolder()
    removeStrayTemporaries(in: folder.path, isOwn: folder.isOwn)
    let signals = signals ?? (invocation.handlesSignals ? SignalWatch() : nil)
    while !waiting.isEmpty {
      let part = waiting.prefix(Self.parallelFetches)
      waiting.removeFirst(part.count)
      let results = fetch(part.map(\.url), options, into: folder.path, signals)
      if let signal = signals?.ending { throw CommandFailure(signal: signal) }
      for (entry, result) in zip(part, results) { fetched[entry.name] = result }
    }
    if folder.isOwn { removeOldProfiles(in: folder.path) }
  }

  /// Fetches profiles into a folder, and shows the progress on the terminal.
  func fetch(
    _ urls: [ProfileURL], _ options: FetchOptions, into folder: String, _ signals: SignalWatch?,
    showsProgress: Bool = true
  ) -> [Result<FetchedProfile, CommandFailure>] {
    let time = currentTime()
    var downloads: [Result<Download, SystemError>] = []
    for (index, url) in urls.enumerated() {
      // The names of two hosts may look the same in a file name.
      let number = urls.count > 1 ? "-\(index + 1)" : ""
      downloads.append(
        Result { () throws(SystemError) in
          try Download(into: folder, name: url.fileName(at: time) + "-\(getpid())\(number)")
        })
    }
    let progress = FetchProgressLine(urls, showsProgress ? invocation.progress : nil)
    let results = ProfileFetch.fetch(
      zip(urls, downloads).map { url, download in
        FetchRequest(url: url) { bytes in (try? download.get())?.append(bytes) ?? false }
      }, options, wakeUp: signals?.descriptor ?? -1,
      isInterrupted: { signals?.ending != nil }, report: { progress.show($0) })
    progress.remove()
    return zip(zip(urls, downloads), results).map { pair, result in
      let (url, download) = pair
      do throws(SystemError) {
        let download = try download.get()
        if let problem = download.problem { throw problem }
        switch result {
        case .success: return .success(FetchedProfile(url: url, path: try download.finish()))
        case .failure(let error): return .failure(failure(error, url))
        }
      } catch {
        return .failure(
          CommandFailure(.cannotCreate, "\(folder): cannot write: \(systemMessage(error.errno))"))
      }
    }
  }

  /// Reads the files that the options name.
  func fetchOptions(_ request: FetchingRequest) throws(CommandFailure) -> FetchOptions {
    var options = request.options
    for text in request.headers {
      if text.hasPrefix("@") {
        options.headers += try headers(inFile: String(text.dropFirst()))
      } else {
        options.headers.append(text)
      }
    }
    for (option, file) in [
      ("tls-ca", options.authorityFile), ("tls-cert", options.certificateFile),
      ("tls-key", options.keyFile),
    ] {
      if let file, access(file, R_OK) != 0 {
        throw CommandFailure(.noInput, "--\(option) '\(file)': \(systemMessage(errno))")
      }
    }
    // The environment variables of OpenSSL, Go and curl.
    options.authorityFile =
      options.authorityFile
      ?? ["SSL_CERT_FILE", "CURL_CA_BUNDLE"].lazy.compactMap { self.environment[$0] }
      .first { !$0.isEmpty }
    return options
  }

  /// Reads a file with one header per line. Its lines are secrets, which no message shows.
  private func headers(inFile path: String) throws(CommandFailure) -> [String] {
    var bytes: [UInt8] = []
    do { bytes = try readFile(path, limit: 64 << 10) } catch {
      throw CommandFailure(.noInput, "--header '@\(path)': \(systemMessage(error.errno))")
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    var headers: [String] = []
    for (index, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") {
      guard isHeader(String(line)) else {
        throw CommandFailure(
          .usage, "\(path), line \(index + 1): is no header: write 'Name: value'")
      }
      headers.append(String(line))
    }
    return headers
  }
}

extension CommandFailure {
  /// A signal ended the run. The process then ends by the same signal, so that the shell sees it.
  init(signal: Int32) { self.init(signal == SIGINT ? .interrupted : .terminated, "") }
}
