import Glibc
import HeapAnalysis
import ReportRendering
import StackGraph

/// Finds the source files that a profile names.
///
/// With `--source-path` it looks where pprof looks: in each of its directories
/// and their parents. Without it, it also looks in the Go distribution, the module
/// cache and vendor folders, which profiles of `-trimpath` builds only hint at.
struct SourceFinder {
  private let searchPath: [String]
  private let isExplicit: Bool
  private let environment: [String: String]
  private let folders: [FolderEntries]

  /// A source file over this size is somebody's mistake.
  private static let sizeLimit = 64 << 20

  init(sourcePath: String, environment: [String: String]) {
    isExplicit = !sourcePath.isEmpty
    self.environment = environment
    if isExplicit {
      searchPath = sourcePath.split(separator: ":").map(String.init)
    } else {
      searchPath =
        getcwd(nil, 0).map { path in
          defer { free(path) }
          return [String(cString: path)]
        } ?? []
    }
    folders = searchPath.map { FolderEntries($0) }
  }

  /// - Complexity: nothing is kept: who needs a file twice asks once.
  func text(of file: [UInt8]) -> SourceText {
    let file = String(decoding: file, as: UTF8.self)
    // No system call takes a longer path.
    for candidate in file.utf8.count < PathEnds.limit ? candidates(file) : [] {
      if let bytes = read(candidate) { return .lines(SourceLines(bytes)) }
    }
    let reason =
      file.hasPrefix("/")
      ? "open \(file): \(systemMessage(ENOENT))"
      : "could not find file \(file) on path \(searchPath.joined(separator: ":"))"
    return .missing(reason: reason, isFinal: isExplicit)
  }

  /// Returns the file that a profile's path means, found by the longest end of the
  /// path that exists below a source folder; nil without one.
  ///
  /// Builds with -trimpath name `example.com/shop/cart/cart.go`; the working copy
  /// of example.com/shop holds `cart/cart.go`.
  func source(byPathEnd file: String) -> SourceLines? {
    var ends = PathEnds(cleanPath(ArraySlice(file.utf8)))
    if ends.leavesFolder { return nil }
    while ends.count > 0 {
      for index in folders.indices where folders[index].hasEntry(ends.first) {
        if let bytes = read("\(searchPath[index])/\(ends.text)") { return SourceLines(bytes) }
      }
      ends.dropFirst()
    }
    return nil
  }

  /// The paths to try, the likeliest first.
  private func candidates(_ file: String) -> [String] {
    var paths: [String] = []
    if file.hasPrefix("/") {
      paths.append(file)
      if isExplicit { return paths }
    }
    let relative = String(file.drop { $0 == "/" })
    for directory in searchPath {
      var folder = String(decoding: cleanPath(ArraySlice(directory.utf8)), as: UTF8.self)
      while true {
        paths.append(folder == "/" ? "/" + relative : "\(folder)/\(relative)")
        let parent = Self.parent(folder)
        if parent == folder { break }
        folder = parent
      }
    }
    if isExplicit { return paths }
    paths += goDistributions().map { "\($0)/src/\(relative)" }
    if let source = file.firstRange(of: "/src/") {
      // Another machine's GOROOT: what follows its src folder is in ours.
      paths += goDistributions().map { "\($0)/src/\(file[source.upperBound...])" }
    }
    for cache in moduleCaches() {
      paths.append("\(cache)/\(escapedModulePath(relative))")
      if let module = file.firstRange(of: "/pkg/mod/") {
        paths.append("\(cache)/\(file[module.upperBound...])")
      }
    }
    for directory in searchPath { paths.append("\(directory)/vendor/\(withoutVersion(relative))") }
    return paths
  }

  private func goDistributions() -> [String] {
    var roots: [String] = []
    if let root = environment["GOROOT"], !root.isEmpty { roots.append(root) }
    for directory in (environment["PATH"] ?? "").split(separator: ":") {
      // The go command lies in GOROOT/bin, often behind a link.
      guard let real = realpath("\(directory)/go", nil) else { continue }
      defer { free(real) }
      roots.append(Self.parent(Self.parent(String(cString: real))))
      break
    }
    return roots + ["/usr/local/go", "/usr/lib/go"]
  }

  private func moduleCaches() -> [String] {
    if let cache = environment["GOMODCACHE"], !cache.isEmpty { return [cache] }
    let homes = (environment["GOPATH"] ?? "").split(separator: ":").map(String.init)
    let folders = homes.isEmpty ? (environment["HOME"].map { ["\($0)/go"] } ?? []) : homes
    return folders.map { "\($0)/pkg/mod" }
  }

  /// Capital letters are `!` and the small letter in the module cache
  /// (https://go.dev/ref/mod#module-cache).
  private func escapedModulePath(_ path: String) -> String {
    path.map { $0.isUppercase && $0.isASCII ? "!\($0.lowercased())" : String($0) }.joined()
  }

  /// `github.com/acme/kvlog@v1.2.0/kvlog.go` without the version, as vendor folders have it.
  private func withoutVersion(_ path: String) -> String {
    guard let at = path.firstIndex(of: "@") else { return path }
    let rest = path[at...].drop { $0 != "/" }
    return String(path[..<at] + rest)
  }

  private static func parent(_ path: String) -> String {
    guard path != "/", let slash = path.lastIndex(of: "/") else {
      return path.hasPrefix("/") ? "/" : "."
    }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private func read(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_size <= Self.sizeLimit
    else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var filled = 0
    while filled < bytes.count {
      let count = bytes.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress! + filled, $0.count - filled)
      }
      if count <= 0 { break }
      filled += count
    }
    bytes.removeLast(bytes.count - filled)
    return bytes
  }
}
