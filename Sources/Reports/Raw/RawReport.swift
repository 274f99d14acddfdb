import Foundations
import Glibc
package import ProfileModel
import StackGraph

/// Returns the tables of a profile as text, as `pprof -raw` does.
///
/// - Parameter drain: takes the text as it comes; what is left is returned.
package func rawText(
  _ profile: Profile, drain: ((Span<UInt8>) throws -> Void)? = nil
) throws -> TextOutput {
  var output = TextOutput()
  let strings = profile.strings
  for comment in profile.comments {
    output.write("Comment: ")
    output.name(strings[bytesOf: comment])
    output.newline()
  }
  if profile.documentationURL != .empty {
    output.write("Doc: ")
    output.name(strings[bytesOf: profile.documentationURL])
    output.newline()
  }
  if let type = profile.periodType {
    output.write("PeriodType: ")
    output.name(strings[bytesOf: type.name])
    output.write(" ")
    output.name(strings[bytesOf: type.unit])
    output.newline()
  }
  output.line("Period: \(profile.period)")
  if profile.timeNanoseconds != 0 { output.line("Time: \(goTime(profile.timeNanoseconds))") }
  if profile.durationNanoseconds != 0 {
    // pprof prints the first four characters.
    let duration = String(goDuration(profile.durationNanoseconds).unicodeScalars.prefix(4))
    output.line("Duration: \(duration)")
  }
  output.line("Samples:")
  for type in profile.sampleTypes {
    output.name(strings[bytesOf: type.name])
    output.write("/")
    output.name(strings[bytesOf: type.unit])
    output.write(type.name == profile.defaultSampleType ? "[dflt] " : " ")
  }
  output.removeTrailingBlanks()
  output.newline()
  let samples = profile.samples.whole
  let ids = profile.locations.ids
  // Made once, not for each sample: what a closure captures is reference-counted.
  let labelText = { @Sendable (sample: Int) in labelLines(sample, of: profile) }
  let pieces = (0..<SamplePiece.bufferCount(profile)).map { _ in SamplePiece() }
  try SamplePiece.writeAll(pieces, profile, frameBytes: 7, to: &output, drain: drain) { piece in
    samples.withFrameRows { frames in
      for sample in piece.samples {
        let range = samples.frameRange(of: sample)
        let part = range.clamped(to: piece.frames)
        if part.lowerBound == range.lowerBound { piece.values(of: sample, samples) }
        for index in part { piece.number(ids[Int(frames[index])]) }
        if part.upperBound < range.upperBound { continue }
        piece.write([UInt8(ascii: "\n")])
        piece.writeLabels(sample, of: samples, labelText)
      }
    }
  }
  output.line("Locations")
  for location in 0..<profile.locations.count {
    output.location(location, of: profile)
    try output.flush(to: drain)
  }
  output.line("Mappings")
  for (row, mapping) in profile.mappings.enumerated() {
    output.write("\(profile.mappingNumber(row)): ")
    output.write("\(hex(mapping.start))/\(hex(mapping.limit))/\(hex(mapping.offset)) ")
    output.name(strings[bytesOf: mapping.file])
    output.write(" ")
    output.name(strings[bytesOf: mapping.buildID])
    output.write(" ")
    let flags = [
      (mapping.hasFunctions, "[FN]"), (mapping.hasFilenames, "[FL]"),
      (mapping.hasLineNumbers, "[LN]"), (mapping.hasInlineFrames, "[IN]"),
    ]
    output.line(flags.filter(\.0).map(\.1).joined())
  }
  return output
}

/// Returns a number in the format of Go's `%#x`.
func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }

extension Profile {
  /// Reports print the ids of the file.
  fileprivate func mappingNumber(_ row: Int) -> UInt64 { mappings[row].id }
}

extension SamplePiece {
  fileprivate func values(of sample: Int, _ samples: SampleTable) {
    for column in samples.values {
      reserve(32)
      var text: (UInt64, UInt64, UInt64) = (0, 0, 0)
      withUnsafeMutableBytes(of: &text) { text in
        let digits = text.baseAddress!.assumingMemoryBound(to: UInt8.self)
        let length = Self.write(column[sample], to: digits)
        blanks(11 - min(10, length))
        memcpy(memory + count, digits, length)
        count += length
      }
    }
    write(Array(": ".utf8))
  }

  /// Writes a number and a blank.
  fileprivate func number(_ number: UInt64) {
    reserve(21)
    if let signed = Int64(exactly: number) {
      count += Self.write(signed, to: memory + count)
      memory[count] = UInt8(ascii: " ")
      count += 1
    } else {
      write(Array("\(number) ".utf8))
    }
  }
}

/// Returns the labels of a sample as lines: texts, then numbers, each sorted.
private func labelLines(_ sample: Int, of profile: Profile) -> [UInt8] {
  var texts: [[UInt8]] = []
  var numbers: [[UInt8]] = []
  for group in profile.samples.labelGroups(of: sample) {
    let key = Array(inert(profile.strings[bytesOf: group.key])) + Array(":[".utf8)
    let hasUnits = group.labels.contains { $0.string != .empty }
    let values = group.labels.map { label -> [UInt8] in
      let text = Array(inert(profile.strings[bytesOf: label.string]))
      if label.kind == .text { return text }
      let number = Array(String(label.number).utf8)
      return hasUnits
        ? number + [UInt8(ascii: " ")] + text : number
    }
    let text = key + Array(values.joined(separator: [UInt8(ascii: " ")])) + [UInt8(ascii: "]")]
    if group.labels[0].kind == .text { texts.append(text) } else { numbers.append(text) }
  }
  var lines: [UInt8] = []
  for list in [texts, numbers] where !list.isEmpty {
    lines += repeatElement(UInt8(ascii: " "), count: 16)
    let sorted = list.sorted { $0.lexicographicallyPrecedes($1) }
    lines += sorted.joined(separator: [UInt8(ascii: " ")])
    lines.append(UInt8(ascii: "\n"))
  }
  return lines
}

extension TextOutput {
  fileprivate mutating func location(_ row: Int, of profile: Profile) {
    let locations = profile.locations
    let strings = profile.strings
    right(String(locations.ids[row]), 6)
    write(": \(hex(locations.addresses[row])) ")
    if let mapping = locations.mappings[row].index {
      write("M=\(profile.mappingNumber(mapping)) ")
    }
    if locations.foldedFlags[row] { write("[F] ") }
    let lines = locations.lines[locations.lineRange(of: row)]
    if lines.isEmpty { newline() }
    for (index, line) in lines.enumerated() {
      if index > 0 { blanks(13) }
      let function = line.function.index
      let name = profile.functions.names[function]
      let systemName = profile.functions.systemNames[function]
      self.name(strings[bytesOf: name])
      write(" ")
      self.name(strings[bytesOf: profile.functions.files[function]])
      write(":\(line.line):\(line.column) s=\(profile.functions.startLines[function])")
      if name != systemName {
        write("(")
        self.name(strings[bytesOf: systemName])
        write(")")
      }
      newline()
    }
  }
}
