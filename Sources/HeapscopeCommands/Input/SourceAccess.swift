import Foundations
import Glibc

/// Decides which files may be read as sources, and reads them.
///
/// Their names come from a profile, which anybody may have written, and their contents go into
/// reports, which are passed on. So a source is a regular file below one of the folders that are
/// searched for sources, or at least has the name of one.
struct SourceAccess {
  /// Without links. The root directory is not among them unless the user names it.
  private let folders: [String]

  /// The folders and the working tree: no link may lead out of them.
  private let enclosures: [String]

  /// The largest file that is read; a larger one is a mistake.
  private static let sizeLimit = 64 << 20

  /// The file name extensions that only sources have.
  private static let endings: Set<String> = [
    "go", "s", "S", "c", "h", "cc", "cpp", "cxx", "c++", "hh", "hpp", "hxx", "inl", "m", "mm",
    "rs", "py", "pyx", "java", "kt", "kts", "scala", "groovy", "clj", "swift", "rb", "js", "jsx",
    "mjs", "ts", "tsx", "cs", "fs", "vb", "php", "pl", "pm", "lua", "ex", "exs", "erl", "hs", "ml",
    "mli", "zig", "nim", "d", "jl", "dart", "asm", "f90",
  ]

  enum Contents {
    case bytes([UInt8])
    case missing

    /// The file exists, but must not be read.
    case refused(reason: String)
  }

  /// - Parameters:
  ///   - folders: the folders that are searched for sources.
  ///   - workingTree: the folder in which others may have placed links.
  init(folders: [String], workingTree: String) {
    self.folders = folders.compactMap(realPath)
    enclosures = self.folders + [workingTree].compactMap(realPath)
  }

  func read(_ path: String) -> Contents {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFDIR, let real = realPath(path)
    else { return .missing }
    if let reason = refusal(path, real) { return .refused(reason: reason) }
    guard let file = try? openRegularFile(real) else {
      return isRegularFile(real) ? .missing : .refused(reason: "it is no regular file")
    }
    defer { close(file.descriptor) }
    // A folder of the path may have become a link since.
    if let opened = Foundations.path(of: file.descriptor), opened != real {
      return .refused(reason: "it was moved while it was opened")
    }
    guard file.status.st_size <= Self.sizeLimit else {
      return .refused(reason: "it is larger than \(Self.sizeLimit >> 20) MiB, the limit")
    }
    return .bytes(readUp(to: Int(file.status.st_size), from: file.descriptor))
  }

  private func refusal(_ path: String, _ real: String) -> String? {
    if !isRegularFile(real) { return "it is no regular file" }
    let isSource = Self.isSource(real)
    if let folder = folders.first(where: { isPath(real, below: $0) }) {
      // A hidden file, such as one in `.ssh`, is no source.
      let rest = real.utf8.dropFirst(folder.utf8.count)
      let isHidden = rest.split(separator: UInt8(ascii: "/")).contains {
        $0.first == UInt8(ascii: ".")
      }
      return isHidden && !isSource ? "it is hidden, and has no name of a source file" : nil
    }
    if leadsThroughEnclosure(path) { return "it is a link out of the folders for sources" }
    return isSource ? nil : "it lies outside of the folders for sources"
  }

  /// Whether a part of the path to a file is in a folder for sources or in the working tree.
  private func leadsThroughEnclosure(_ path: String) -> Bool {
    // By bytes, since a combining mark after a slash forms one character with it.
    path.utf8.indices.contains { index in
      guard path.utf8[index] == UInt8(ascii: "/"),
        let real = realPath(String(decoding: path.utf8[...index], as: UTF8.self))
      else { return false }
      return enclosures.contains { real == $0 || isPath(real, below: $0) }
    }
  }

  private static func isSource(_ path: String) -> Bool {
    let name = path.utf8.split(separator: UInt8(ascii: "/")).last ?? path.utf8[...]
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex else {
      return false
    }
    return endings.contains(String(decoding: Array(name[name.index(after: dot)...]), as: UTF8.self))
  }
}
