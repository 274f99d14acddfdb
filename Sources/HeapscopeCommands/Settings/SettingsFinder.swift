import Foundations
import Glibc
import ProfileCodec

extension Session {
  /// The most bytes of a settings file.
  static let settingsLimit = 1 << 16

  /// Reads the settings for a command.
  ///
  /// Those of the working tree come first, then those of the given files.
  ///
  /// - Parameter saysSo: reports whether the working tree's file is in effect.
  func settings(
    _ request: OwnCodeRequest, saysSo: Bool = true
  ) throws(CommandFailure) -> Settings {
    var settings = Settings()
    if !request.ignoresFoundFile, let found = try foundFile(saysSo: saysSo) {
      try add(found.bytes, of: found.name, to: &settings, isFound: true)
      if saysSo { message("\(found.name) is in effect; --no-rules-file leaves it out") }
    }
    for file in request.rulesFiles {
      if file.hasSuffix(".json") {
        throw CommandFailure(
          .badData,
          "\(file): is named as JSON, and rules files are TOML: write it as "
            + "'heapscope hotspots --help' and docs/rules-file.md show")
      }
      let source = try FileSource.open(file, as: "a rules file")
      try add(settingsBytes(source, file), of: file, to: &settings, isFound: false)
    }
    return settings
  }

  private func add(
    _ bytes: [UInt8], of file: String, to settings: inout Settings, isFound: Bool
  ) throws(CommandFailure) {
    let name = shownName(file)
    do { try settings.add(bytes, name: name, isFound: isFound) } catch {
      throw CommandFailure(.badData, "\(name):\(error.line): \(error.reason)")
    }
  }

  /// Finds `.heapscope.toml` in the working directory or the nearest folder above it, up to the
  /// root of the repository.
  ///
  /// The user did not name this file, so it is read only when it belongs to the user, is a regular
  /// file, and is inside the tree; otherwise that is reported.
  private func foundFile(saysSo: Bool) throws(CommandFailure) -> (name: String, bytes: [UInt8])? {
    let owner = TrustedOwner(environment)
    let folders = WorkingFolders(owner)
    for (level, folder) in folders.paths.enumerated() {
      for name in [".heapscope.toml", ".heapscope.json"] {
        let path = folder + "/" + name
        var status = stat()
        guard lstat(path, &status) == 0 else { continue }
        let shown = String(repeating: "../", count: level) + name
        let hint = "; --rules=\(shown) reads it nevertheless"
        func leaveOut(_ reason: String) {
          if saysSo { message("\(shown) is not read: \(reason)") }
        }
        if name.hasSuffix(".json") {
          leaveOut("rules files are TOML now: write it anew as .heapscope.toml")
        } else if folders.isForeign {
          leaveOut("another user owns the repository" + hint)
        } else if let real = realPath(path), isPath(real, below: folders.root) {
          if !isRegularFile(real) {
            leaveOut("it is no regular file")
          } else if !owner.owns(path) {
            leaveOut("another user owns it" + hint)
          } else {
            return (shown, try foundBytes(real, shown, owner))
          }
        } else {
          leaveOut("it is a link out of the working tree" + hint)
        }
        return nil
      }
    }
    return nil
  }

  private func foundBytes(
    _ path: String, _ name: String, _ owner: TrustedOwner
  ) throws(CommandFailure) -> [UInt8] {
    let file: (descriptor: Int32, status: stat)
    do { file = try openRegularFile(path) } catch {
      throw CommandFailure(.noInput, "\(name): cannot open: \(systemMessage(error.errno))")
    }
    let source = FileSource(descriptor: file.descriptor, closes: true)
    guard owner.owns(file.status) else {
      throw CommandFailure(.noInput, "\(name): another user owns it")
    }
    return try settingsBytes(source, name)
  }

  func settingsBytes(
    _ source: FileSource, _ path: String, limit: Int = settingsLimit,
    of what: String = "a rules file"
  ) throws(CommandFailure) -> [UInt8] {
    let bytes: [UInt8]?
    do { bytes = try source.readAll(limit: limit) } catch {
      throw CommandFailure(.inputOutput, "\(path): \(describe(error))")
    }
    if let bytes { return bytes }
    throw CommandFailure(
      .badData, "\(path): longer than \(limit >> 10) KiB, the limit of \(what)")
  }
}
