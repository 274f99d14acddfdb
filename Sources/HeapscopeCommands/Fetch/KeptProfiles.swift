import Foundations
import Glibc

// Where fetched profiles are kept, and for how long.
extension Session {
  /// The most fetched profiles to keep in heapscope's own folder; older ones are removed.
  private static let keptProfiles = 200

  /// `$PPROF_TMPDIR`, as in pprof, or the folder that also keeps profiles from pipes.
  func keepingFolder() throws(CommandFailure) -> (path: String, isOwn: Bool) {
    let own = directory("XDG_DATA_HOME", ".local/share", environment).map { $0 + "/profiles" }
    let folders =
      [(environment["PPROF_TMPDIR"], false), (own, true)]
      + [(environment["TMPDIR"] ?? "/tmp", false)]
    for case (let path?, let isOwn) in folders where !path.isEmpty {
      makeDirectories(path)
      if access(path, W_OK) == 0 { return (path, isOwn) }
    }
    throw CommandFailure(
      .cannotCreate, "there is no folder to keep profiles in: set PPROF_TMPDIR to one")
  }

  func removeOldProfiles(in folder: String) {
    // The names of fetched profiles begin with the time.
    let names = fileNames(in: folder).filter { $0.first?.isNumber ?? false }
    for name in names.sorted().dropLast(Self.keptProfiles) { unlink("\(folder)/\(name)") }
  }
}
