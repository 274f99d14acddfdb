import Foundations
import Glibc

/// Whose files heapscope takes the word of: the user's own, as git does
/// (`safe.directory`, CVE-2022-24765).
struct TrustedOwner {
  private var users: Set<uid_t>

  init(_ environment: [String: String]) {
    let user = geteuid()
    users = [user]
    // Root in sudo's place works on the caller's files.
    if user == 0, let caller = environment["SUDO_UID"].flatMap({ uid_t($0) }) {
      users.insert(caller)
    }
  }

  func owns(_ status: stat) -> Bool { users.contains(status.st_uid) }

  /// Whether a path, and what it leads to where it is a link, are trusted.
  func owns(_ path: String) -> Bool {
    var link = stat()
    var target = stat()
    return lstat(path, &link) == 0 && stat(path, &target) == 0 && owns(link) && owns(target)
  }
}

/// The working directory and the folders above it up to the root of the repository,
/// the nearest first. Outside of a repository the working directory stands alone: what
/// lies above may be anybody's.
struct WorkingFolders {
  private(set) var paths: [String] = []

  /// Another user made the last folder a repository.
  private(set) var isForeign = false

  /// The last folder: all that the user works on lies below it.
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

/// Whether a path is that of something below a folder. Both are as `realpath` gives them.
func isPath(_ path: String, below folder: String) -> Bool {
  path.utf8.starts(with: folder.utf8)
    && (folder.hasSuffix("/") || path.utf8.dropFirst(folder.utf8.count).first == UInt8(ascii: "/"))
}
