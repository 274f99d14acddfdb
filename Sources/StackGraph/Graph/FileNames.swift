import ProfileModel

/// File names as reports show them: with prefixes cut and paths cleaned, each computed once.
struct FileNames {
  private let trimPaths: [[UInt8]]
  private let sourceBases: [[UInt8]]
  private var known: [StringID: StringID] = [:]

  /// Cleans paths and cuts nothing.
  static let uncut = FileNames()

  private init() {
    trimPaths = []
    sourceBases = []
  }

  init(trimPath: String, sourcePath: String) {
    // Bazel's working directory is always cut, as in pprof.
    var prefixes: [Substring] = []
    if !trimPath.isEmpty {
      prefixes = trimPath.split(separator: ":", omittingEmptySubsequences: false)
    }
    prefixes += ["/proc/self/cwd/./", "/proc/self/cwd/"]
    trimPaths = prefixes.map { Array($0.utf8) + ($0.hasSuffix("/") ? [] : [UInt8(ascii: "/")]) }
    sourceBases =
      trimPath.isEmpty && !sourcePath.isEmpty
      ? sourcePath.split(separator: ":", omittingEmptySubsequences: false).map {
        Array("/".utf8) + lastPathElement(ArraySlice($0.utf8)) + Array("/".utf8)
      } : []
  }

  mutating func cleaned(_ file: StringID, _ strings: inout StringTable) -> StringID {
    if file == .empty { return file }
    if let known = known[file] { return known }
    let path = trimmed(strings[bytesOf: file])
    let clean = path.isEmpty ? [] : cleanPath(path)
    let id = strings.intern(clean)
    known[file] = id
    return id
  }

  /// Cuts a prefix of `trim_path`; without that option, everything up to the first directory that
  /// has the name of the last element of a `source_path`.
  private func trimmed(_ path: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    for base in sourceBases {
      if let range = firstRange(of: base, in: path) { return path[range.upperBound...] }
    }
    for prefix in trimPaths where path.starts(with: prefix) { return path.dropFirst(prefix.count) }
    return path
  }
}

/// Returns where bytes first occur in others.
package func firstRange(of needle: [UInt8], in bytes: ArraySlice<UInt8>) -> Range<Int>? {
  guard let first = needle.first, needle.count <= bytes.count else { return nil }
  var start = bytes.startIndex
  while let index = bytes[start...].firstIndex(of: first), index + needle.count <= bytes.endIndex {
    if bytes[index..<index + needle.count].elementsEqual(needle) {
      return index..<index + needle.count
    }
    start = index + 1
  }
  return nil
}

/// Returns the part of a path after its last slash; `.` for an empty path.
package func lastPathElement(_ path: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  if path.isEmpty { return [UInt8(ascii: ".")] }
  var path = path
  while path.last == UInt8(ascii: "/") { path = path.dropLast() }
  if path.isEmpty { return [UInt8(ascii: "/")] }
  return path[(path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? path.startIndex)...]
}

/// Returns a path without `.`, `..` and double slashes, judging by the text alone.
package func cleanPath(_ path: ArraySlice<UInt8>) -> [UInt8] {
  let slash = UInt8(ascii: "/")
  let isRooted = path.first == slash
  var parts: [ArraySlice<UInt8>] = []
  for part in path.split(separator: slash) {
    if part.elementsEqual([UInt8(ascii: ".")]) { continue }
    if part.elementsEqual([UInt8(ascii: "."), UInt8(ascii: ".")]) {
      if let last = parts.last, !last.elementsEqual([UInt8(ascii: "."), UInt8(ascii: ".")]) {
        parts.removeLast()
        continue
      }
      if isRooted { continue }
    }
    parts.append(part)
  }
  let joined = Array(parts.joined(separator: [slash]))
  if isRooted { return [slash] + joined }
  return joined.isEmpty ? [UInt8(ascii: ".")] : joined
}
