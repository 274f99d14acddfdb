import Foundations
import Glibc
import HeapAnalysis
import StackGraph

/// Finds the sources of the user's own module, for output that includes them and is passed on.
///
/// A file belongs to the module if it is below the working directory or the root of its repository,
/// or in a folder whose `go.mod` declares the module.
struct ModuleSources {
  /// The module as the profile shows it; empty when unknown.
  private let module: String

  /// The working directory, and the folders above it up to the root of the repository.
  private let folders: [String]

  /// Those of them with a `go.mod`, and the module it declares.
  private let roots: [(module: String, folder: String)]

  init(module: String, environment: [String: String]) {
    self.module = module
    folders = WorkingFolders(TrustedOwner(environment)).paths
    roots = folders.compactMap { folder in declaredModule(in: folder).map { ($0, folder) } }
  }

  var lookup: SourceLookup {
    SourceLookup { file, mismatch in
      // Go files show which version they are.
      guard file.hasSuffix(".go"), file.utf8.count < PathEnds.limit else { return .init() }
      var note: String?
      for path in candidates(file) {
        guard let real = realPath(path), isRegularFile(real) else { continue }
        guard let folder = home(of: real) else {
          note =
            note ?? "\(path) is not read: it lies outside of the module; --source-path names it"
          continue
        }
        switch SourceAccess(folders: [folder], workingTree: folder).read(path) {
        case .missing: continue
        case .refused(let reason): note = note ?? "\(path) is not read: \(reason)"
        case .bytes(let bytes):
          let lines = SourceLines(bytes)
          guard let reason = mismatch(lines) else { return .init(lines) }
          note = note ?? "\(path) is not read: \(reason)"
        }
      }
      return .init(note: note)
    }
  }

  /// Where a file may be: where the profile says, in the module, below the working directory.
  private func candidates(_ name: String) -> [String] {
    let file = String(decoding: cleanPath(ArraySlice(name.utf8)), as: UTF8.self)
    if file == ".." || file.hasPrefix("../") { return [] }
    if file.hasPrefix("/") { return [file] }
    // Builds with -trimpath name files by their module.
    let inModule = roots.filter { file.hasPrefix($0.module + "/") }
      .map { $0.folder + file.dropFirst($0.module.count) }
    return inModule + folders.map { "\($0)/\(file)" }
  }

  /// The folder of the module, or of the working tree, that contains a file.
  ///
  /// - Parameter real: the file's path without links.
  private func home(of real: String) -> String? {
    if let root = folders.last.flatMap(realPath), root != "/", isPath(real, below: root) {
      return root
    }
    var folder = real
    while let slash = folder.lastIndex(of: "/"), slash > folder.startIndex {
      folder = String(folder[..<slash])
      guard let declared = declaredModule(in: folder) else { continue }
      // The next module above is a different one.
      return declared == module || module.hasPrefix(declared + "/") ? folder : nil
    }
    return nil
  }
}

/// The module that a folder's `go.mod` declares (https://go.dev/ref/mod#go-mod-file-module).
private func declaredModule(in folder: String) -> String? {
  guard let file = try? openRegularFile(folder + "/go.mod") else { return nil }
  defer { close(file.descriptor) }
  // The directive is at the beginning, after comments at most.
  let text = readUp(to: min(64 << 10, Int(file.status.st_size)), from: file.descriptor)
  for line in text.split(separator: UInt8(ascii: "\n")) {
    let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    if words.count >= 2, words[0] == "module" {
      return words[1].filter { $0 != "\"" && $0 != "`" }
    }
  }
  return nil
}
