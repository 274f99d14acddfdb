import Foundations
import Glibc

/// Finds the files of a profile in the working tree, for consumers that know only the tree, such as
/// code scanning.
struct WorkTree {
  private let root: String
  private let module: String
  private let folder = FolderEntries(".")

  /// - Parameter module: the path of the user's module; empty when unknown.
  init(module: String) {
    self.module = module
    root = workingFolder() ?? ""
  }

  /// Returns the paths, relative to the root, of the files that are in the tree.
  func paths(of files: [String]) -> [String: String] {
    var paths: [String: String] = [:]
    for file in Set(files) { paths[file] = path(of: file) }
    return paths
  }

  private func path(of file: String) -> String? {
    if !root.isEmpty, file.hasPrefix(root + "/") { return String(file.dropFirst(root.count + 1)) }
    // Builds with -trimpath name files by their module.
    if !module.isEmpty, file.hasPrefix(module + "/") {
      return String(file.dropFirst(module.count + 1))
    }
    // For builds from elsewhere: the longest end that exists here. A name alone may be any file.
    var ends = PathEnds(file.utf8)
    guard ends.count >= 2, !ends.leavesFolder else { return nil }
    while ends.count >= 2 {
      if folder.hasEntry(ends.first), access(ends.text, R_OK) == 0 { return ends.text }
      ends.dropFirst()
    }
    return nil
  }
}
