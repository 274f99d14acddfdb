import Foundation

/// The result of a comparison with a golden file.
package enum GoldenResult: Sendable {
  case equal

  /// The first differing line, or another problem.
  case different(String)

  /// The file was rewritten, as `HEAPSCOPE_UPDATE_GOLDEN` requests.
  case rewritten(String)
}

/// Whether files that tests compare with are rewritten when they differ.
package let updatesGolden =
  ProcessInfo.processInfo.environment["HEAPSCOPE_UPDATE_GOLDEN"] == "1"

/// Compares bytes with a file below Fixtures/golden.
///
/// With `HEAPSCOPE_UPDATE_GOLDEN=1` in the environment, a file that differs is rewritten. That
/// still counts as a failure, so that someone reads the change.
package func compareWithGolden(_ bytes: [UInt8], _ name: String) throws -> GoldenResult {
  let file = Repository.golden.appending(path: name)
  let recorded = try? Repository.bytes(file)
  if recorded == bytes { return .equal }
  if updatesGolden {
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return .rewritten("golden/\(name) was rewritten: read its diff")
  }
  guard let recorded else {
    return .different("golden/\(name) is missing; 'make golden' writes it")
  }
  return .different("golden/\(name): \(firstDifference(bytes, recorded) ?? "")")
}

/// Returns the first line in which a text differs from the expected one, including blanks at line
/// ends and final empty lines; nil when there is none.
package func firstDifference(_ bytes: [UInt8], _ expected: [UInt8]) -> String? {
  func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  }
  return firstDifference(lines(bytes), lines(expected))
}

/// Like ``firstDifference(_:_:)``, but ignores blanks at line ends and final empty lines.
package func firstVisibleDifference(_ bytes: [UInt8], _ expected: [UInt8]) -> String? {
  func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
      line -> ArraySlice<UInt8> in
      var line = line
      while let last = line.last, last == 0x20 || (9...13).contains(last) { line.removeLast() }
      return line
    }
    while lines.last?.isEmpty ?? false { lines.removeLast() }
    return lines
  }
  return firstDifference(lines(bytes), lines(expected))
}

private func firstDifference(
  _ lines: [ArraySlice<UInt8>], _ expected: [ArraySlice<UInt8>]
) -> String? {
  for index in 0..<max(lines.count, expected.count) {
    func line(_ list: [ArraySlice<UInt8>]) -> String {
      index < list.count
        ? "'\(String(decoding: list[index].prefix(200), as: UTF8.self))'" : "the end"
    }
    if index >= lines.count || index >= expected.count || lines[index] != expected[index] {
      return "line \(index + 1) is \(line(lines)) instead of \(line(expected))"
    }
  }
  return nil
}
