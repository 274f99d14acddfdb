import LogText
package import ProfileModel

/// Reads folded stacks, one per line: frames from the root separated by `;`, a blank and a whole
/// number.
///
/// Nothing in the text identifies it, so this format is read only on request. Frames may contain
/// the escapes that `heapscope folded` writes. The sample type is `samples` in `count`.
package func readFoldedStacks(_ bytes: [UInt8]) throws(CodecError) -> Profile {
  var profile = Profile()
  profile.sampleTypes = [
    SampleType(name: profile.strings.intern("samples"), unit: profile.strings.intern("count"))
  ]
  profile.samples = SampleTable(typeCount: 1)
  var locations: [StringID: LocationID] = [:]
  var number = 0
  for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
    number += 1
    var line = line
    while let last = line.last, last == 0x20 || last == 0x0d || last == 0x09 { line.removeLast() }
    if line.isEmpty { continue }
    guard let blank = line.lastIndex(of: UInt8(ascii: " ")),
      let value = Int64(String(decoding: line[(blank + 1)...], as: UTF8.self))
    else { throw .foldedLine(number) }
    var stack: [LocationID] = []
    for frame in line[..<blank].split(separator: UInt8(ascii: ";")) {
      let name = profile.strings.intern(unescaped(frame))
      if let known = locations[name] {
        stack.append(known)
        continue
      }
      let function = profile.functions.append(
        id: UInt64(profile.functions.count) + 1, name: name, systemName: name, file: .empty,
        startLine: 0)
      let location = profile.locations.append(
        id: UInt64(profile.locations.count) + 1, mapping: .none, address: 0,
        lines: [SourceLine(function: function, line: 0)])
      locations[name] = location
      stack.append(location)
    }
    profile.samples.append(stack: stack.reversed(), values: [value])
  }
  if profile.samples.count == 0 { throw .empty }
  return profile
}

/// Decodes `\xNN` and `\u{…}`.
private func unescaped(_ frame: ArraySlice<UInt8>) -> [UInt8] {
  guard frame.contains(UInt8(ascii: "\\")) else { return Array(frame) }
  var result: [UInt8] = []
  var rest = frame
  while let byte = rest.popFirst() {
    if byte == UInt8(ascii: "\\"), rest.first == UInt8(ascii: "x"),
      let code = UInt8(String(decoding: rest.dropFirst().prefix(2), as: UTF8.self), radix: 16)
    {
      result.append(code)
      rest = rest.dropFirst(3)
    } else if byte == UInt8(ascii: "\\"), rest.starts(with: "u{".utf8),
      // At most eight digits; a line may have many starts without an end.
      let end = rest.prefix(11).firstIndex(of: UInt8(ascii: "}")),
      let code = UInt32(
        String(decoding: rest[(rest.startIndex + 2)..<end], as: UTF8.self), radix: 16),
      let scalar = Unicode.Scalar(code)
    {
      result += Array(String(Character(scalar)).utf8)
      rest = rest[(end + 1)...]
    } else {
      result.append(byte)
    }
  }
  return result
}

/// Reads folded stacks from a source, which may be compressed.
package func readFoldedStacks(
  from source: any ByteSource, limits: ReadLimits = ReadLimits()
) throws(CodecError) -> Profile {
  let plain = try inflated(source, limits)
  var stream = FieldStream(plain.source, limits: limits, inputBytes: plain.inputBytes)
  return try readFoldedStacks(plainText(stream.readAll(limit: limits.legacyBytes)))
}

/// Removes what an editor or a terminal added to the text. Line numbers stay the same.
private func plainText(_ bytes: [UInt8]) -> [UInt8] {
  var decoder = TextDecoder()
  let text = decoder.decode(bytes[...], isEnd: true)
  guard text.contains(0x1b) else { return text }
  let lines = text.split(separator: 0x0a, omittingEmptySubsequences: false)
  return Array(lines.map { TerminalSequences.removed(from: $0) }.joined(separator: [0x0a]))
}
