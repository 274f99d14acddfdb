import Glibc
import ReportRendering
import StackGraph

/// Finds the source files that a profile names.
///
/// With `--source-path` it looks where pprof looks: in each of its directories
/// and their parents. Without it, it also looks in the Go distribution, the module
/// cache and vendor folders, which profiles of `-trimpath` builds only hint at.
final class SourceFinder {
  private let searchPath: [String]
  private let isExplicit: Bool
  private let environment: [String: String]
  private var known: [[UInt8]: SourceText] = [:]

  /// What was found, and not read: a line each.
  private(set) var refusals: [String] = []

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
  }

  /// Which files may be read: those below where they are looked for, the folders above it
  /// apart, which only pprof's rule brings in.
  private lazy var access = SourceAccess(
    folders: isExplicit
      ? searchPath
      : [WorkingFolders(TrustedOwner(environment)).root].filter { $0 != "/" && !$0.isEmpty }
        + goDistributions().map { $0 + "/src" } + moduleCaches())

  func text(of file: [UInt8]) -> SourceText {
    if let text = known[file] { return text }
    let text = find(String(decoding: file, as: UTF8.self))
    known[file] = text
    return text
  }

  /// Returns the lines of the file that a profile's path means, found by the
  /// longest end of the path that exists below a source folder; nil without one.
  ///
  /// Builds with -trimpath name `example.com/shop/cart/cart.go`; the working copy
  /// of example.com/shop holds `cart/cart.go`.
  func lines(byPathEnd file: String) -> [String]? {
    let parts = cleanPath(ArraySlice(file.utf8)).split(separator: UInt8(ascii: "/"))
    if parts.contains(where: { $0.elementsEqual("..".utf8) }) { return nil }
    for start in parts.indices {
      let end = String(
        decoding: Array(parts[start...].joined(separator: [UInt8(ascii: "/")])), as: UTF8.self)
      for directory in searchPath {
        if case .bytes(let bytes) = access.read("\(directory)/\(end)") {
          return Self.lines(bytes).map { String(decoding: $0, as: UTF8.self) }
        }
      }
    }
    return nil
  }

  private func find(_ name: String) -> SourceText {
    let file = String(decoding: cleanPath(ArraySlice(name.utf8)), as: UTF8.self)
    var refusal: String?
    if file == ".." || file.utf8.starts(with: "../".utf8) {
      refusal = "\(file) is not read: it leads out of the folders for sources"
    } else {
      for candidate in candidates(file) {
        switch access.read(candidate) {
        case .bytes(let bytes): return .lines(Self.lines(bytes))
        case .refused(let reason): refusal = refusal ?? "\(candidate) is not read: \(reason)"
        case .missing: break
        }
      }
    }
    if let refusal {
      refusals.append(refusal)
      return .missing(reason: refusal, isFinal: isExplicit)
    }
    let reason =
      name.hasPrefix("/")
      ? "open \(name): \(systemMessage(ENOENT))"
      : "could not find file \(name) on path \(searchPath.joined(separator: ":"))"
    return .missing(reason: reason, isFinal: isExplicit)
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
    if let source = file.range(ofText: "/src/") {
      // Another machine's GOROOT: what follows its src folder is in ours.
      paths += goDistributions().map { "\($0)/src/\(file[source.upperBound...])" }
    }
    for cache in moduleCaches() {
      paths.append("\(cache)/\(escapedModulePath(relative))")
      if let module = file.range(ofText: "/pkg/mod/") {
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
      guard directory.hasPrefix("/"), let real = realPath("\(directory)/go") else { continue }
      roots.append(Self.parent(Self.parent(real)))
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

  private static func lines(_ bytes: [UInt8]) -> [[UInt8]] {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
      $0.last == UInt8(ascii: "\r") ? Array($0.dropLast()) : Array($0)
    }
    if lines.last?.isEmpty ?? false { lines.removeLast() }
    return lines
  }
}

extension String {
  fileprivate func range(ofText text: String) -> Range<Index>? { ranges(of: text).first }
}
