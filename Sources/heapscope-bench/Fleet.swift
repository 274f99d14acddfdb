import Glibc

/// Profiles of one program as many processes would write them, derived from a few real ones.
///
/// A profile keeps three of four samples, chosen at random, and its values are those of the real
/// one times 1 to 3. Everything else stays the same, so the sum of any number of them is as large
/// as that of a few. The same numbers give the same files.
struct Fleet {
  private let folder: String

  init(_ folder: String) { self.folder = folder }

  /// Makes this many profiles from others, unless they exist already.
  func make(_ count: Int, from files: [String]) {
    mkdir(folder, 0o755)
    let sources = files.map { WireProfile(inflated($0)) }
    for number in 0..<count {
      let path = self.path(number)
      if access(path, R_OK) == 0 { continue }
      let file = GzipFile(path)
      var random = SeededGenerator(seed: UInt64(number))
      file.write(sources[number % sources.count].varied(number, &random))
      file.finish()
    }
  }

  /// `000/000042.pb.gz`: a thousand files per folder.
  private func path(_ number: Int) -> String {
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let folder = "\(folder)/\(padded(number / 1000, 3))"
    mkdir(folder, 0o755)
    return "\(folder)/\(padded(number, 6)).pb.gz"
  }

  /// Runs commands on the first profiles, for each count, and zlib on the same files; prints time
  /// and peak memory of each.
  func measure(_ counts: [Int], _ options: BenchOptions, environment: [String]) {
    print("profiles  command           ms    zlib   ratio     cpu        peak")
    for count in counts {
      let list = "\(folder)/list-\(count)"
      let names = (0..<count).map { path($0) + "\n" }.joined()
      let descriptor = open(list, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
      let bytes = Array(names.utf8)
      if descriptor < 0 || write(descriptor, bytes, bytes.count) != bytes.count {
        fail("\(list): cannot write")
      }
      close(descriptor)
      let floorLine = [CommandLine.arguments[0], "--inflate-list", list]
      _ = ProcessRun(floorLine, environment: environment)
      for command in [["merge", "@" + list], ["top", "@" + list], ["trend", "@" + list]] {
        if let only = options.only, only != command[0] { continue }
        var ratios: [Double] = []
        var runs: [ProcessRun] = []
        var floors: [ProcessRun] = []
        for _ in 0..<(count > 2000 ? 1 : 3) {
          floors.append(ProcessRun(floorLine, environment: environment))
          runs.append(ProcessRun([options.tool] + command, environment: environment))
          ratios.append(runs[runs.count - 1].seconds / floors[floors.count - 1].seconds)
        }
        let cpu = Measurement.median(
          zip(runs, floors).map { $0.processorSeconds / $1.processorSeconds })
        print(
          right("\(count)", 8) + "  " + left(command[0], 12)
            + right(decimal(Measurement.median(runs.map(\.seconds)) * 1000, 0), 8)
            + right(decimal(Measurement.median(floors.map(\.seconds)) * 1000, 0), 8)
            + right(decimal(Measurement.median(ratios), 2), 8) + right(decimal(cpu, 2), 8)
            + right(decimal(Double(runs.map(\.peakBytes).max() ?? 0) / 1e6, 1) + " MB", 12))
        fflush(nil)
      }
    }
  }
}

/// The encoded fields of a profile.
private struct WireProfile {
  /// Nil for a number, which has no bytes of its own.
  private var fields: [(number: UInt64, value: UInt64, bytes: ArraySlice<UInt8>?)] = []

  init(_ bytes: [UInt8]) { fields = Self.fields(of: bytes[...]) }

  private static func varint(_ bytes: ArraySlice<UInt8>, _ place: inout Int) -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while place < bytes.endIndex {
      let byte = bytes[place]
      place += 1
      result |= UInt64(byte & 0x7f) << shift
      shift += 7
      if byte < 0x80 { break }
    }
    return result
  }

  private static func fields(
    of bytes: ArraySlice<UInt8>
  ) -> [(number: UInt64, value: UInt64, bytes: ArraySlice<UInt8>?)] {
    var result: [(number: UInt64, value: UInt64, bytes: ArraySlice<UInt8>?)] = []
    var place = bytes.startIndex
    while place < bytes.endIndex {
      let key = varint(bytes, &place)
      let value = varint(bytes, &place)
      if key & 7 == 0 {
        result.append((key >> 3, value, nil))
      } else if key & 7 == 2, Int(value) <= bytes.endIndex - place {
        result.append((key >> 3, value, bytes[place..<place + Int(value)]))
        place += Int(value)
      } else {
        fail("a profile to make others of has a field that is no profile's")
      }
    }
    return result
  }

  private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private static func append(
    _ number: UInt64, _ payload: some Collection<UInt8>, to bytes: inout [UInt8]
  ) {
    append(number << 3 | 2, to: &bytes)
    append(UInt64(payload.count), to: &bytes)
    bytes.append(contentsOf: payload)
  }

  /// The profile of another process: some of the samples, with other values, one minute after the
  /// previous one.
  func varied(_ number: Int, _ random: inout SeededGenerator) -> [UInt8] {
    var result: [UInt8] = []
    for field in fields {
      switch (field.number, field.bytes) {
      case (2, let sample?):
        let chance = random.next()
        if chance & 3 == 0 { continue }
        Self.append(2, Self.sample(sample, times: 1 + chance >> 2 % 3), to: &result)
      case (_, let bytes?): Self.append(field.number, bytes, to: &result)
      case (let name, nil):
        Self.append(name << 3, to: &result)
        // Field 9 is the time in nanoseconds.
        Self.append(
          name == 9 ? field.value &+ UInt64(number) * 60_000_000_000 : field.value, to: &result)
      }
    }
    return result
  }

  /// A sample with its values, field 2, multiplied.
  private static func sample(_ sample: ArraySlice<UInt8>, times factor: UInt64) -> [UInt8] {
    var result: [UInt8] = []
    for field in fields(of: sample) {
      guard let bytes = field.bytes else {
        append(field.number << 3, to: &result)
        append(field.number == 2 ? field.value &* factor : field.value, to: &result)
        continue
      }
      if field.number != 2 {
        append(field.number, bytes, to: &result)
        continue
      }
      var values: [UInt8] = []
      var place = bytes.startIndex
      while place < bytes.endIndex { append(varint(bytes, &place) &* factor, to: &values) }
      append(2, values, to: &result)
    }
    return result
  }
}
