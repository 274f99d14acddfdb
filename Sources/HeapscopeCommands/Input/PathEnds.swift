import Foundations
import Glibc
import ProfileModel

/// The ends of a path, the longest first: `a/b/c.go`, `b/c.go`, `c.go`. Those that are
/// too long for the system to take are left out.
struct PathEnds {
  /// As Linux has it, with the byte of 0 in the end.
  static let limit = Int(PATH_MAX)

  /// The path with single slashes.
  private var path: [UInt8] = []

  /// Where the ends begin that are left, and where the path ends.
  private var starts: ArraySlice<Int>

  /// The path has a `..` in it.
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

  /// How many elements the longest end has that is left.
  var count: Int { starts.count }

  var text: String { String(decoding: path[(starts.first ?? path.count)...], as: UTF8.self) }

  /// The first element of the longest end.
  var first: ArraySlice<UInt8> {
    guard let start = starts.first else { return [] }
    return path[start..<(starts.dropFirst().first.map { $0 - 1 } ?? path.count)]
  }

  mutating func dropFirst() { starts = starts.dropFirst() }
}

/// What a folder holds, asked once for each name.
///
/// A path of a thousand folders has a thousand ends; few begin with what is there.
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
