import Foundations
import Glibc
import HeapAnalysis
import Reports
import StackGraph

/// Finds the source files that a profile names.
///
/// With `--source-path` it looks where pprof looks: in each of its directories
/// and their parents. Without it, it also looks in the Go distribution, the module
/// cache and vendor folders, which profiles of `-trimpath` builds only hint at.
struct SourceFinder {
  private let searchPath: [String]
  private let isExplicit: Bool
  private let folders: [FolderEntries]
  private let goDistributions: [String]
  private let moduleCaches: [String]

  /// Which files may be read: those below where they are looked for, the folders above it
  /// apart, which only pprof's rule brings in.
  private let access: SourceAccess

  init(sourcePath: String, environment: [String: String]) {
    isExplicit = !sourcePath.isEmpty
    goDistributions = Self.goDistributions(environment)
    moduleCaches = Self.moduleCaches(environment)
    if isExplicit {
      searchPath = sourcePath.split(separator: ":").map(String.init)
    } else {
      searchPath = workingFolder().map { [$0] } ?? []
    }
    folders = searchPath.map { FolderEntries($0) }
    let tree = [WorkingFolders(TrustedOwner(environment)).root].filter { $0 != "/" && $0 != "" }
    access = SourceAccess(
      folders: isExplicit
        ? searchPath : tree + goDistributions.map { $0 + "/src" } + moduleCaches,
      workingTree: tree.first ?? "")
  }

  /// - Complexity: nothing is kept: who needs a file twice asks once.
  /// - Returns: the source, and where something is there that is not read, why not.
  func find(_ bytes: [UInt8]) -> (text: SourceText, refusal: String?) {
    let name = String(decoding: bytes, as: UTF8.self)
    // No system call takes a longer path.
    let file =
      bytes.count < PathEnds.limit
      ? String(decoding: cleanPath(ArraySlice(name.utf8)), as: UTF8.self) : ""
    var refusal: String?
    if file == ".." || file.utf8.starts(with: "../".utf8) {
      refusal = "\(file) is not read: it leads out of the folders for sources"
    } else {
      for candidate in file.isEmpty ? [] : candidates(file) {
        switch access.read(candidate) {
        case .bytes(let bytes): return (.lines(SourceLines(bytes)), nil)
        case .refused(let reason): refusal = refusal ?? "\(candidate) is not read: \(reason)"
        case .missing: break
        }
      }
    }
    if let refusal { return (.missing(reason: refusal, isFinal: isExplicit), refusal) }
    let reason =
      name.hasPrefix("/")
      ? "open \(name): \(systemMessage(ENOENT))"
      : "could not find file \(name) on path \(searchPath.joined(separator: ":"))"
    return (.missing(reason: reason, isFinal: isExplicit), nil)
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
        if case .bytes(let bytes) = access.read("\(searchPath[index])/\(ends.text)") {
          return SourceLines(bytes)
        }
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
    paths += goDistributions.map { "\($0)/src/\(relative)" }
    if let source = file.firstRange(of: "/src/") {
      // Another machine's GOROOT: what follows its src folder is in ours.
      paths += goDistributions.map { "\($0)/src/\(file[source.upperBound...])" }
    }
    for cache in moduleCaches {
      paths.append("\(cache)/\(escapedModulePath(relative))")
      if let module = file.firstRange(of: "/pkg/mod/") {
        paths.append("\(cache)/\(file[module.upperBound...])")
      }
    }
    for directory in searchPath { paths.append("\(directory)/vendor/\(withoutVersion(relative))") }
    return paths
  }

  private static func goDistributions(_ environment: [String: String]) -> [String] {
    var roots: [String] = []
    if let root = environment["GOROOT"], !root.isEmpty { roots.append(root) }
    for directory in (environment["PATH"] ?? "").split(separator: ":") {
      // The go command lies in GOROOT/bin, often after a link.
      guard directory.hasPrefix("/"), let real = realPath("\(directory)/go") else { continue }
      roots.append(parent(parent(real)))
      break
    }
    return roots + ["/usr/local/go", "/usr/lib/go"]
  }

  private static func moduleCaches(_ environment: [String: String]) -> [String] {
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
}
