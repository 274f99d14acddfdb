import Glibc
import ProfileCodec

/// A profile that was named or found, not opened yet.
struct ProfileInput {
  /// As messages name it.
  var name: String

  /// It comes through a pipe, and cannot be read a second time.
  var isStream = false
  var open: () throws(CommandFailure) -> any ByteSource
}

extension Session {
  /// Returns the input that an argument names: a path, or `-` for standard input.
  func input(named name: String) throws(CommandFailure) -> ProfileInput {
    if name != "-" {
      return ProfileInput(name: name) { () throws(CommandFailure) in try FileSource.open(name) }
    }
    guard case .bytes(let source) = invocation.standardInput else {
      throw CommandFailure(.noInput, "-: standard input is empty; pipe a profile into heapscope")
    }
    return ProfileInput(name: "standard input", isStream: true) { source }
  }

  /// Finds a profile when none is named: standard input if something is there,
  /// `$HEAPSCOPE_PROFILE`, or what the last command read.
  func findProfile() throws(CommandFailure) -> ProfileInput {
    if case .bytes = invocation.standardInput { return try input(named: "-") }
    if let path = environment["HEAPSCOPE_PROFILE"], !path.isEmpty {
      return try input(named: path)
    }
    if let last = lastProfile() {
      let age = fileAge(last).map { ", \($0)" } ?? ""
      message("reading \(last), the profile last looked at\(age)")
      return try input(named: last)
    }
    throw CommandFailure(
      .usage,
      "no profile: name a file ('heapscope top heap.pb.gz'), "
        + "pipe one in ('curl … | heapscope top'), or set HEAPSCOPE_PROFILE")
  }

  // MARK: The profile last looked at

  /// `$XDG_STATE_HOME/heapscope/last-profile`, or nil without a home.
  private var lastProfilePath: String? {
    directory("XDG_STATE_HOME", ".local/state", environment).map { $0 + "/last-profile" }
  }

  private func lastProfile() -> String? {
    guard let path = lastProfilePath, let bytes = readSmallFile(path) else { return nil }
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
    if readSmallFile(path) == note { return }
    try? replaceFile(path, with: note)
  }
}

/// Returns heapscope's directory under one of the XDG base directories.
func directory(_ variable: String, _ fallback: String, _ environment: [String: String]) -> String? {
  if let base = environment[variable], base.hasPrefix("/") { return base + "/heapscope" }
  guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
  return "\(home)/\(fallback)/heapscope"
}

private func readSmallFile(_ path: String) -> [UInt8]? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var buffer = [UInt8](repeating: 0, count: 8192)
  let count = read(descriptor, &buffer, buffer.count)
  return count > 0 ? Array(buffer[..<count]) : nil
}

/// How long ago a file was written, in words.
private func fileAge(_ path: String) -> String? {
  var status = stat()
  guard stat(path, &status) == 0 else { return nil }
  let seconds = max(0, time(nil) - status.st_mtim.tv_sec)
  switch seconds {
  case ..<120: return "\(seconds) seconds old"
  case ..<7200: return "\(seconds / 60) minutes old"
  case ..<172_800: return "\(seconds / 3600) hours old"
  default: return "\(seconds / 86_400) days old"
  }
}
