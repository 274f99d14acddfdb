import Glibc
import ProfileCodec
import ProfileFetch
import ProfileModel

/// A profile that was named or found, not opened yet.
struct ProfileInput {
  /// As messages name it.
  var name: String

  /// It comes through a pipe, and cannot be read a second time.
  var isStream = false

  /// The file that the next command can read again; nil for a stream.
  var path: String?

  /// Where the file was fetched from, if it was.
  var url: ProfileURL?
  var open: () throws(CommandFailure) -> any ByteSource
}

extension Session {
  /// Returns the input that an argument names: a path, a URL, or `-` for standard input.
  func input(
    named name: String, _ fetching: FetchArguments
  ) throws(CommandFailure) -> ProfileInput {
    try fetchURLs([name], fetching)
    if let result = fetched[name] { return fetchedInput(name, result) }
    if name != "-" {
      return ProfileInput(name: name, path: name) { () throws(CommandFailure) in
        try FileSource.open(name)
      }
    }
    guard case .bytes(let source) = invocation.standardInput else {
      throw CommandFailure(.noInput, "-: standard input is empty; pipe a profile into heapscope")
    }
    return ProfileInput(name: "standard input", isStream: true) { source }
  }

  /// Returns the file that holds what an argument names.
  func file(of name: String) -> String {
    if case .success(let profile) = fetched[name] { profile.path } else { name }
  }

  /// Returns an argument that names a profile as reports may show it.
  func inputName(_ name: String) -> String {
    access(name, F_OK) == 0 ? name : ProfileURL.withoutSecrets(name)
  }

  private func fetchedInput(
    _ name: String, _ result: Result<FetchedProfile, CommandFailure>
  ) -> ProfileInput {
    switch result {
    case .success(let profile):
      ProfileInput(name: profile.url.shown, path: profile.path, url: profile.url) {
        () throws(CommandFailure) in try FileSource.open(profile.path)
      }
    case .failure(let failure):
      ProfileInput(name: inputName(name)) { () throws(CommandFailure) in
        throw failure
      }
    }
  }

  /// Finds a profile when none is named: standard input if something is there,
  /// `$HEAPSCOPE_PROFILE`, or what the last command read.
  func findProfile(_ fetching: FetchArguments) throws(CommandFailure) -> ProfileInput {
    if case .bytes = invocation.standardInput { return try input(named: "-", fetching) }
    if let path = environment["HEAPSCOPE_PROFILE"], !path.isEmpty {
      return try input(named: path, fetching)
    }
    if let last = lastProfile() {
      let age = fileAge(last).map { ", \($0)" } ?? ""
      message("reading \(last), the profile last looked at\(age)")
      return try input(named: last, fetching)
    }
    throw CommandFailure(
      .usage,
      "no profile: name a file or a URL ('heapscope top heap.pb.gz'), "
        + "pipe one in ('… | heapscope top'), or set HEAPSCOPE_PROFILE")
  }

  // MARK: The profile last looked at

  /// `$XDG_STATE_HOME/heapscope/last-profile`, or nil without a home.
  private var lastProfilePath: String? {
    directory("XDG_STATE_HOME", ".local/state", environment).map { $0 + "/last-profile" }
  }

  private func lastProfile() -> String? {
    guard let path = lastProfilePath, let bytes = try? readFile(path, limit: 8192) else {
      return nil
    }
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
    return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
  }

  /// Notes a profile for the next command. It is a convenience: where the note
  /// cannot be written, nothing is said.
  func rememberLastProfile(_ name: String) {
    guard let path = lastProfilePath, let absolute = realpath(name, nil) else { return }
    defer { free(absolute) }
    let text = String(cString: absolute) + "\n"
    // A relative and a vanishing path, or a pipe under /dev, would mislead.
    if text.hasPrefix("/dev/") || text.hasPrefix("/proc/") { return }
    let note = Array(text.utf8)
    // The same profile is mostly read again and again; a write costs more than a read.
    if (try? readFile(path, limit: 8192)) == note { return }
    try? replaceFile(path, with: note)
  }
}

/// Returns heapscope's directory under one of the XDG base directories.
func directory(_ variable: String, _ fallback: String, _ environment: [String: String]) -> String? {
  if let base = environment[variable], base.hasPrefix("/") { return base + "/heapscope" }
  guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
  return "\(home)/\(fallback)/heapscope"
}

/// The names in a folder, in no order, without those that begin with a dot.
func fileNames(in folder: String) -> [String] {
  guard let handle = opendir(folder) else { return [] }
  defer { closedir(handle) }
  var names: [String] = []
  while let entry = readdir(handle) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if !name.hasPrefix(".") { names.append(name) }
  }
  return names
}

/// How long ago a file was written, in words.
private func fileAge(_ path: String) -> String? {
  var status = stat()
  guard stat(path, &status) == 0 else { return nil }
  return ageText(written: status.st_mtim.tv_sec, now: time(nil))
}

/// - Parameters: seconds since 1970; some file systems keep any 64-bit number of them.
func ageText(written: Int, now: Int) -> String {
  let seconds = max(0, saturatingDifference(now, written))
  switch seconds {
  case ..<120: return "\(seconds) seconds old"
  case ..<7200: return "\(seconds / 60) minutes old"
  case ..<172_800: return "\(seconds / 3600) hours old"
  default: return "\(seconds / 86_400) days old"
  }
}
