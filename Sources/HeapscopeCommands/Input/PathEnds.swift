import Foundations
import Glibc
import ProfileModel

/// The ends of a path, longest first: `a/b/c.go`, `b/c.go`, `c.go`. Ends that are too long for the
/// system are left out.
struct PathEnds {
  /// The limit of Linux, including the zero byte at the end.
  static let limit = Int(PATH_MAX)

  /// The path with single slashes.
  private var path: [UInt8] = []

  /// The starts of the remaining ends, and the end of the path.
  private var starts: ArraySlice<Int>

  /// The path contains a `..`.
  let leavesFolder: Bool

  init(_ path: some Collection<UInt8>) {
    var starts: [Int] = []
    var leavesFolder = false
    for element in path.split(separator: UInt8(ascii: "/")) {
      if !self.path.isEmpty { self.path.append(UInt8(ascii: "/")) }
      starts.append(self.path.count)
      self.path += element
      if element.elementsEqual("..".utf8) { leavesFolder = true }
    }
    let end = self.path.count
    self.starts = starts.drop { end - $0 >= Self.limit }
    self.leavesFolder = leavesFolder
  }

  /// The number of elements of the longest remaining end.
  var count: Int { starts.count }

  var text: String { String(decoding: path[(starts.first ?? path.count)...], as: UTF8.self) }

  /// The first element of the longest end.
  var first: ArraySlice<UInt8> {
    guard let start = starts.first else { return [] }
    return path[start..<(starts.dropFirst().first.map { $0 - 1 } ?? path.count)]
  }

  mutating func dropFirst() { starts = starts.dropFirst() }
}

/// The entries of a folder; the system is asked once for each name.
///
/// A path of a thousand folders has a thousand ends, but few of them begin with an existing entry.
final class FolderEntries: @unchecked Sendable {
  private let folder: String
  private let lock = Monitor()
  private var known: [ArraySlice<UInt8>: Bool] = [:]

  init(_ folder: String) { self.folder = folder }

  func hasEntry(_ name: ArraySlice<UInt8>) -> Bool {
    if name.count > Int(NAME_MAX) { return false }
    return lock.locked {
      if let isThere = known[name] { return isThere }
      let isThere = access("\(folder)/\(String(decoding: name, as: UTF8.self))", F_OK) == 0
      known[Array(name)[...]] = isThere
      return isThere
    }
  }
}
