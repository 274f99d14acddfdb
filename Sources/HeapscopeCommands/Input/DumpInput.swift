import GoroutineDump
import LogText
import ProfileCodec
import ProfileModel

extension Session {
  /// Reads a goroutine dump into the series, or returns the profile if the input is one.
  func readDump(
    _ input: ProfileInput, into series: inout GoroutineSeries
  ) throws(CommandFailure) -> (profile: Profile, name: String)? {
    let opened = try input.open()
    let (source, front) = try decoding(input.name) { () throws(CodecError) in
      try unpacked(opened)
    }
    if let file = (opened as? FileSource)?.identity { inputFiles.insert(file) }
    if Self.isProfile(front) {
      let profile = try decoding(input.name) { () throws(CodecError) in
        try readProfile(from: source).profile
      }
      var probe = GoroutineSeries()
      guard probe.add(profile, name: "") else {
        let types = profile.sampleTypes.indices.map(profile.sampleTypeName)
        throw CommandFailure(
          .badData,
          "\(input.name): is a profile of \(types.joined(separator: ", ")), not of goroutines; "
            + "those come from /debug/pprof/goroutine")
      }
      return (profile, input.name)
    }
    var reader = GoroutineReader(series, name: input.name)
    let linesBefore = series.lines.all
    let momentsBefore = series.snapshots.count
    let eventsBefore = series.events.count
    let filteredBefore = series.filteredCount
    try readLines(of: source, input.name) { reader.add($0) }
    let read = reader.finish()
    if read.snapshots.count == momentsBefore, read.events.count == eventsBefore,
      read.filteredCount == filteredBefore
    {
      throw CommandFailure(
        .badData,
        "\(input.name): none of its \(read.lines.all - linesBefore) lines is of a goroutine; give "
          + "what /debug/pprof/goroutine?debug=2 answers, or a log with a panic")
    }
    series = read
    return nil
  }

  /// Whether bytes begin a profile in protobuf form: with the field of a sample type, whose length
  /// and content no text has.
  private static func isProfile(_ front: [UInt8]) -> Bool {
    var decoder = TextDecoder()
    return decoder.decode(front[...], isEnd: true).prefix(64).contains { $0 < 0x07 }
  }
}
