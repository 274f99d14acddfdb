import Foundations
import Glibc

/// The users whose files heapscope trusts: the user's own, as in git (`safe.directory`,
/// CVE-2022-24765).
struct TrustedOwner {
  private var users: Set<uid_t>

  init(_ environment: [String: String]) {
    let user = geteuid()
    users = [user]
    // Under sudo, root works on the caller's files.
    if user == 0, let caller = environment["SUDO_UID"].flatMap({ uid_t($0) }) {
      users.insert(caller)
    }
  }

  func owns(_ status: stat) -> Bool { users.contains(status.st_uid) }

  /// Whether a path, and the target if it is a link, are trusted.
  func owns(_ path: String) -> Bool {
    var link = stat()
    var target = stat()
    return lstat(path, &link) == 0 && stat(path, &target) == 0 && owns(link) && owns(target)
  }
}

/// The working directory and the folders above it up to the root of the repository, nearest first.
/// Outside a repository, only the working directory: the folders above may be anybody's.
struct WorkingFolders {
  private(set) var paths: [String] = []

  /// Another user made the last folder a repository.
  private(set) var isForeign = false

  /// The last folder: all of the user's work is below it.
  var root: String { paths.last ?? "" }

  init(_ owner: TrustedOwner) {
    guard var folder = workingFolder() else { return }
    while true {
      paths.append(folder)
      var status = stat()
      if lstat(folder + "/.git", &status) == 0 {
        isForeign = !owner.owns(folder + "/.git") || !owner.owns(folder)
        return
      }
      guard let slash = folder.lastIndex(of: "/"), folder != "/" else { break }
      folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
    }
    paths = Array(paths.prefix(1))
  }
}

/// Whether a path is below a folder. Both are as `realpath` returns them.
func isPath(_ path: String, below folder: String) -> Bool {
  path.utf8.starts(with: folder.utf8)
    && (folder.hasSuffix("/") || path.utf8.dropFirst(folder.utf8.count).first == UInt8(ascii: "/"))
}
