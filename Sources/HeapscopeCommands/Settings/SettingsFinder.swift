import Glibc
import ProfileCodec

extension Session {
  /// The most bytes of a settings file.
  private static let settingsLimit = 1 << 16

  /// Reads the settings of the working tree, and then the files given.
  func settings(_ files: [String]) throws(CommandFailure) -> Settings {
    var settings = Settings()
    for file in try treeSettings().map({ [$0] + files }) ?? files {
      let name = shownName(file)
      let bytes = try settingsBytes(file)
      let format: SettingsFormat = file.hasSuffix(".json") ? .json : .toml
      do { try settings.add(bytes, format, name: name) } catch {
        throw CommandFailure(.badData, "\(name):\(error.line): \(error.reason)")
      }
    }
    return settings
  }

  /// `.heapscope.toml` or `.heapscope.json` in the working directory or the nearest
  /// folder above it, up to the root of the repository. Outside of a repository only
  /// the working directory counts: what lies above may be anybody's.
  private func treeSettings() throws(CommandFailure) -> String? {
    guard let path = getcwd(nil, 0) else { return nil }
    defer { free(path) }
    var folder = String(cString: path)
    var found: String?
    var prefix = ""
    while true {
      let names = [".heapscope.toml", ".heapscope.json"].filter {
        access(folder + "/" + $0, F_OK) == 0
      }
      if names.count > 1, found == nil {
        throw CommandFailure(
          .badData, "\(prefix)\(names[0]): there is \(names[1]) beside it; leave one of them")
      }
      if found == nil, let name = names.first { found = prefix + name }
      if access(folder + "/.git", F_OK) == 0 { return found }
      guard let slash = folder.lastIndex(of: "/"), folder != "/" else { break }
      folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
      prefix += "../"
    }
    return found.flatMap { $0.hasPrefix("../") ? nil : $0 }
  }

  private func settingsBytes(_ path: String) throws(CommandFailure) -> [UInt8] {
    let source = try FileSource.open(path, as: "a rules file")
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Self.settingsLimit + 1, alignment: 1)
    defer { buffer.deallocate() }
    var filled = 0
    while filled < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let count: Int
      do { count = try source.read(into: rest) } catch {
        throw CommandFailure(.inputOutput, "\(path): \(describe(error))")
      }
      if count == 0 { return Array(buffer[..<filled]) }
      filled += count
    }
    throw CommandFailure(
      .badData, "\(path): longer than \(Self.settingsLimit >> 10) KiB, the limit of a rules file")
  }
}
