import Foundations
import Glibc

func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// The files of a folder but hidden ones, by name. What is no regular file was put there
/// for something else: a pipe would never end.
func files(in folder: String) -> [String] {
  let base = folder.hasSuffix("/") ? folder : folder + "/"
  return fileNames(in: folder).map { base + $0 }.filter(isRegularFile).sorted()
}

extension Session {
  /// Reads the profiles of a folder; what is none is left out, which is said.
  func load(
    folder: String, _ request: LoadingRequest, marksCutStacks: Bool = false
  ) throws -> [(path: String, loaded: LoadedProfile)] {
    try files(in: folder).compactMap { path in
      do {
        return (path, try load([path], request, usesSymbols: true, marksCutStacks: marksCutStacks))
      } catch let failure as CommandFailure where failure.status == .badData {
        message(failure.message + "; left out")
        return nil
      }
    }
  }
}
