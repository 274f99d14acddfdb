import Foundations
import Glibc
import HeapAnalysis
import Reports
import StackGraph

/// Finds the source files that a profile names.
///
/// With `--source-path`, it searches where pprof does: each of its directories and their parents.
/// Without it, it also searches the Go distribution, the module cache and vendor folders, which
/// profiles of `-trimpath` builds only hint at.
struct SourceFinder {
  private let searchPath: [String]
  private let isExplicit: Bool
  private let folders: [FolderEntries]
  private let goDistributions: [String]
  private let moduleCaches: [String]

  /// Which files may be read: those below the folders that are searched. The folders above these,
  /// which only pprof's rule adds, are excluded.
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

  /// A path to try.
  private struct Candidate {
    var path: String

    /// pprof searches there too. Elsewhere, the name alone may say little about the content.
    var isPprofs: Bool

    /// The Go distribution that contains it, for paths that refer to one.
    var distribution: String?
  }

  /// - Parameters:
  ///   - bytes: the file's name.
  ///   - mismatch: explains why a text is another version.
  /// - Complexity: nothing is cached, so callers should ask for each file only once.
  /// - Returns: the source, and a message about it, or about another one that is not shown.
  func find(
    _ bytes: [UInt8], _ mismatch: SourceLookup.Mismatch
  ) -> (text: SourceText, note: String?) {
    let name = String(decoding: bytes, as: UTF8.self)
    // No system call accepts a longer path.
    let file =
      bytes.count < PathEnds.limit
      ? String(decoding: cleanPath(ArraySlice(name.utf8)), as: UTF8.self) : ""
    var refusal: String?
    var other: String?
    if file == ".." || file.utf8.starts(with: "../".utf8) {
      refusal = "\(file) is not read: it leads out of the folders for sources"
    } else {
      for candidate in file.isEmpty ? [] : candidates(file) {
        if let reason = foreignDistribution(candidate, file) {
          other = other ?? "\(candidate.path) is not shown: \(reason)"
          continue
        }
        switch access.read(candidate.path) {
        case .bytes(let bytes):
          let lines = SourceLines(bytes)
          guard let reason = mismatch(lines) else { return (.lines(lines), nil) }
          if candidate.isPprofs { return (.lines(lines), "\(candidate.path): \(reason)") }
          other = other ?? "\(candidate.path) is not shown: \(reason)"
        case .refused(let reason): refusal = refusal ?? "\(candidate.path) is not read: \(reason)"
        case .missing: break
        }
      }
    }
    if let refusal { return (.missing(reason: refusal), refusal) }
    let reason =
      name.hasPrefix("/")
      ? "open \(name): \(systemMessage(ENOENT))"
      : "could not find file \(name) on path \(searchPath.joined(separator: ":"))"
    return (.missing(reason: reason), other)
  }

  /// Why a distribution is not the one that a file's path refers to; nil when it may be.
  private func foreignDistribution(_ candidate: Candidate, _ file: String) -> String? {
    guard let root = candidate.distribution, let meant = GoVersion(inPath: file),
      let version = GoVersion(ofDistribution: root), !version.agrees(with: meant),
      Glibc.access(candidate.path, F_OK) == 0
    else { return nil }
    return "the profile was made with \(meant), and this is of \(version)"
  }

  /// Finds the sources that findings quote and use to explain lines: none that may be another
  /// version.
  ///
  /// Without `--source-path`, only Go files at the place that the profile names are used, since
  /// they show which version they are.
  var lookup: SourceLookup {
    SourceLookup { file, mismatch in
      if isExplicit {
        guard let (path, lines) = source(byPathEnd: file) else { return .init() }
        if let reason = mismatch(lines) { return .init(note: "\(path) is not read: \(reason)") }
        return .init(lines)
      }
      guard file.hasSuffix(".go") else { return .init() }
      let (text, note) = find(Array(file.utf8), mismatch)
      if case .lines(let lines) = text, note == nil { return .init(lines) }
      return .init(note: note)
    }
  }

  /// Returns the file that a profile's path refers to, found by the longest end of the path that
  /// exists below a source folder; nil when there is none.
  ///
  /// Builds with -trimpath name `example.com/shop/cart/cart.go`; the working copy of
  /// example.com/shop contains `cart/cart.go`.
  private func source(byPathEnd file: String) -> (path: String, lines: SourceLines)? {
    var ends = PathEnds(cleanPath(ArraySlice(file.utf8)))
    if ends.leavesFolder { return nil }
    while ends.count > 0 {
      for index in folders.indices where folders[index].hasEntry(ends.first) {
        let path = "\(searchPath[index])/\(ends.text)"
        if case .bytes(let bytes) = access.read(path) { return (path, SourceLines(bytes)) }
      }
      ends.dropFirst()
    }
    return nil
  }

  /// The paths to try, likeliest first.
  private func candidates(_ file: String) -> [Candidate] {
    var found: [Candidate] = []
    func add(_ path: String, isPprofs: Bool = false, distribution: String? = nil) {
      found.append(Candidate(path: path, isPprofs: isPprofs, distribution: distribution))
    }
    let isAbsolute = file.hasPrefix("/")
    if isAbsolute {
      add(file, isPprofs: true)
      if isExplicit { return found }
    }
    let relative = String(file.drop { $0 == "/" })
    for directory in searchPath {
      var folder = String(decoding: cleanPath(ArraySlice(directory.utf8)), as: UTF8.self)
      while true {
        add(folder == "/" ? "/" + relative : "\(folder)/\(relative)", isPprofs: !isAbsolute)
        let parent = Self.parent(folder)
        if parent == folder { break }
        folder = parent
      }
    }
    if isExplicit { return found }
    for root in goDistributions { add("\(root)/src/\(relative)", distribution: root) }
    if let source = file.firstRange(of: "/src/") {
      // Another machine's GOROOT: what follows its src folder is also in ours.
      for root in goDistributions {
        add("\(root)/src/\(file[source.upperBound...])", distribution: root)
      }
    }
    for cache in moduleCaches {
      add("\(cache)/\(escapedModulePath(relative))")
      if let module = file.firstRange(of: "/pkg/mod/") {
        add("\(cache)/\(file[module.upperBound...])")
      }
    }
    for directory in searchPath { add("\(directory)/vendor/\(withoutVersion(relative))") }
    return found
  }

  private static func goDistributions(_ environment: [String: String]) -> [String] {
    var roots: [String] = []
    if let root = environment["GOROOT"], !root.isEmpty { roots.append(root) }
    for directory in (environment["PATH"] ?? "").split(separator: ":") {
      // The go command is in GOROOT/bin, often reached through a link.
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

  /// In the module cache, a capital letter is written as `!` and the small letter
  /// (https://go.dev/ref/mod#module-cache).
  private func escapedModulePath(_ path: String) -> String {
    path.map { $0.isUppercase && $0.isASCII ? "!\($0.lowercased())" : String($0) }.joined()
  }

  /// `github.com/acme/kvlog@v1.2.0/kvlog.go` without the version, as in vendor folders.
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
