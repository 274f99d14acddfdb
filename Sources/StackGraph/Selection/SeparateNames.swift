import Foundations
import ProfileModel

extension Profile {
  /// Appends the end of the file's path to function names that do not identify the function:
  /// non-names such as `(anonymous)` and `<module>`, names that every program has, and names that
  /// occur in several files.
  ///
  /// Go's names contain the path of the package, and stay as they are.
  ///
  /// - Returns: the original name of each new name.
  mutating func separateNames() -> [StringID: StringID] {
    var files: [StringID: Set<StringID>] = [:]
    var firstFile = [StringID?](repeating: nil, count: strings.count)
    for (name, file) in zip(functions.names, functions.files) where file != .empty {
      guard let first = firstFile[name.index] else {
        firstFile[name.index] = file
        if !isIdentity(strings[bytesOf: name]) { files[name] = [file] }
        continue
      }
      if first != file { files[name, default: [first]].insert(file) }
    }
    var plainNames: [StringID: StringID] = [:]
    var pathEnds: [StringID: [StringID: [UInt8]]] = [:]
    // A small file may refer to long texts many times.
    var room = Self.mostSeparateBytes
    for row in 0..<functions.count {
      let name = functions.names[row]
      let file = functions.files[row]
      guard let namesakes = files[name], file != .empty, room > 0,
        !isGo(name: strings[bytesOf: name], file: strings[bytesOf: file])
      else { continue }
      let ends = pathEnds[name] ?? distinctEnds(of: namesakes)
      pathEnds[name] = ends
      let separate = strings[bytesOf: name] + [UInt8(ascii: " ")] + (ends[file] ?? [])
      room -= separate.count
      functions.names[row] = strings.intern(separate)
      plainNames[functions.names[row]] = name
    }
    return plainNames
  }

  private static let mostSeparateBytes = 1 << 26

  /// The most folders shown; a path that this does not distinguish is shown whole.
  private static let mostFolders = 8

  /// Whether a name identifies a function, as far as a single name can.
  private func isIdentity(_ name: ArraySlice<UInt8>) -> Bool {
    guard let first = name.first, let last = name.last else { return true }
    if "<([{".utf8.contains(first), ">)]}".utf8.contains(last) {
      // `<T as Trait>::get`, `(anonymous namespace)::read` and all names that are more than a word
      // in brackets do.
      return !name.dropFirst().dropLast().allSatisfy {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20 || " _-.".utf8.contains($0)
      }
    }
    return !Self.commonNames.contains(String(decoding: name, as: UTF8.self))
  }

  private static let commonNames: Set<String> = ["main", "init", "anonymous", "lambda", "closure"]

  private func isGo(name: ArraySlice<UInt8>, file: ArraySlice<UInt8>) -> Bool {
    name.contains(UInt8(ascii: ".")) && file.suffix(3).elementsEqual(".go".utf8)
  }

  /// The ends of some paths: the file with its folder, or more if those are equal.
  private func distinctEnds(of files: Set<StringID>) -> [StringID: [UInt8]] {
    let paths = files.map { file in
      (file, strings[bytesOf: file].split(separator: UInt8(ascii: "/")))
    }
    for count in 2...Self.mostFolders {
      let ends = paths.map { ($0, Array($1.suffix(count).joined(separator: [UInt8(ascii: "/")]))) }
      if Set(ends.map(\.1)).count == files.count {
        return Dictionary(uniqueKeysWithValues: ends)
      }
    }
    return Dictionary(uniqueKeysWithValues: files.map { ($0, Array(strings[bytesOf: $0])) })
  }
}
