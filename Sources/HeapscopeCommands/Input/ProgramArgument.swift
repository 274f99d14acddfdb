import Foundations
import Glibc
import ProfileCodec

extension Session {
  /// Returns the program before the profiles, as in `pprof PROGRAM PROFILE`, and reports that it is
  /// not needed; nil when the first argument is no program.
  ///
  /// - Parameter isPprofs: the report is one of pprof's, which takes anything it can open for a
  ///   program.
  func programArgument(_ names: [String], isPprofs: Bool) -> String? {
    guard names.count > 1, fetched[names[0]] == nil, let front = front(of: names[0]) else {
      return nil
    }
    if isProgram(front) {
      message("\(names[0]): is a program, which is not needed: names come from the profiles alone")
      return names[0]
    }
    // pprof's reader of Windows programs takes the zeros at the beginning of such a profile for a
    // header, if the profile is long enough.
    guard isPprofs, front.count == Self.longestHeader, beginsBinaryCPU(front) else { return nil }
    message(
      "\(names[0]): counts as the program before the profiles, as in pprof, and its samples are "
        + "left out; 'heapscope merge' adds both up")
    return names[0]
  }

  /// The bytes of the header that every Windows program begins with.
  private static let longestHeader = 96

  /// The first bytes of a regular file; a pipe can be read only once.
  private func front(of name: String) -> [UInt8]? {
    guard isRegularFile(name), let source = try? FileSource.open(name) else { return nil }
    var bytes = [UInt8](repeating: 0, count: Self.longestHeader)
    var span = bytes.mutableSpan
    guard let count = try? source.read(into: &span) else { return nil }
    return Array(bytes.prefix(count))
  }
}

/// Whether bytes begin a program: ELF, Mach-O of either byte order, or a Windows program.
private func isProgram(_ front: [UInt8]) -> Bool {
  let magics: [[UInt8]] = [
    [0x7f, 0x45, 0x4c, 0x46], [0xfe, 0xed, 0xfa, 0xce], [0xfe, 0xed, 0xfa, 0xcf],
    [0xce, 0xfa, 0xed, 0xfe], [0xcf, 0xfa, 0xed, 0xfe], [0xca, 0xfe, 0xba, 0xbe],
    Array("MZ".utf8),
  ]
  return magics.contains { front.starts(with: $0) }
}
