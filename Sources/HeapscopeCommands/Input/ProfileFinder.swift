import Foundations
import Glibc
import ProfileCodec
import ProfileFetch
import ProfileModel

/// A profile that was named or found, but not opened yet.
struct ProfileInput {
  /// The name in messages.
  var name: String

  /// It comes through a pipe and cannot be read again.
  var isStream = false

  /// The file that the next command can read again; nil for a stream.
  var path: String?

  /// Where the file was fetched from, if it was.
  var url: ProfileURL?

  /// The profile, if it was read before and cannot be read again.
  var kept: KeptProfile?
  var open: () throws(CommandFailure) -> any ByteSource

  var canBeReadAgain: Bool { path.map(isRegularFile) ?? false }
}

/// A profile outside of its input: there may be thousands of inputs, few of which have one.
final class KeptProfile: Sendable {
  let profile: Profile

  init(_ profile: Profile) { self.profile = profile }
}

extension Session {
  /// Returns the input that an argument names: a path, a URL, or `-` for standard input.
  func input(
    named name: String, _ fetching: FetchingRequest
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
    let known = lookedAtInput ?? source
    return ProfileInput(name: "standard input", isStream: true) { known }
  }

  /// Returns an argument that names a profile, in a form that reports may show.
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

  /// Finds a profile when none is named: standard input if it has data, `$HEAPSCOPE_PROFILE`, or
  /// the profile that the last command read.
  func findProfile(_ fetching: FetchingRequest) throws(CommandFailure) -> ProfileInput {
    if case .bytes = invocation.standardInput { return try input(named: "-", fetching) }
    if let path = environment["HEAPSCOPE_PROFILE"], !path.isEmpty {
      return try input(named: path, fetching)
    }
    if let last = lastProfile() { return last }
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

  private func lastProfile() -> ProfileInput? {
    guard let note = lastProfileNote(), note.first == UInt8(ascii: "/"),
      note.last == UInt8(ascii: "\n")
    else { return nil }
    // The name is everything before the last end of line: it may itself contain line ends, and
    // bytes that are not UTF-8.
    let bytes = note.dropLast()
    let path = bytes.map { CChar(bitPattern: $0) } + [0]
    let name = String(decoding: bytes, as: UTF8.self)
    let age = fileAge(path).map { ", \($0)" } ?? ""
    message("reading \(name), the profile last looked at\(age)")
    return ProfileInput(name: name, path: String(validating: bytes, as: UTF8.self)) {
      () throws(CommandFailure) in try FileSource.open(path, name: name)
    }
  }

  /// The contents of the last profile's file; nil unless it is a regular file.
  private func lastProfileNote() -> [UInt8]? {
    guard let path = lastProfilePath, let file = try? openRegularFile(path) else { return nil }
    defer { close(file.descriptor) }
    return try? readAll(file.descriptor, limit: 2 * Int(PATH_MAX))
  }

  /// Notes a profile for the next command. It is a convenience: if the note cannot be written,
  /// there is no message.
  func rememberLastProfile(_ name: String) {
    guard remembersProfiles, let path = lastProfilePath, let absolute = realPathBytes(name) else {
      return
    }
    let note = absolute + [UInt8(ascii: "\n")]
    // A relative or temporary path, or a pipe under /dev, would mislead.
    if note.starts(with: "/dev/".utf8) || note.starts(with: "/proc/".utf8) { return }
    // Often the same profile is read again and again, and a write costs more than a read.
    if lastProfileNote() == note { return }
    var status = stat()
    if lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG { return }
    makeDirectories(String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex)))
    do throws(SystemError) {
      let file = try OutputFile(path)
      try file.write(note)
      try file.finish()
    } catch {}
  }
}

/// Returns heapscope's directory under one of the XDG base directories.
func directory(_ variable: String, _ fallback: String, _ environment: [String: String]) -> String? {
  if let base = environment[variable], base.hasPrefix("/") { return base + "/heapscope" }
  guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
  return "\(home)/\(fallback)/heapscope"
}

/// The time since a file was written, in words.
private func fileAge(_ path: [CChar]) -> String? {
  var status = stat()
  guard stat(path, &status) == 0 else { return nil }
  return ageText(written: status.st_mtim.tv_sec, now: time(nil))
}

/// - Parameters: seconds since 1970; some file systems store any 64-bit number.
func ageText(written: Int, now: Int) -> String {
  let seconds = max(0, saturatingDifference(now, written))
  switch seconds {
  case ..<120: return "\(seconds) seconds old"
  case ..<7200: return "\(seconds / 60) minutes old"
  case ..<172_800: return "\(seconds / 3600) hours old"
  default: return "\(seconds / 86_400) days old"
  }
}
