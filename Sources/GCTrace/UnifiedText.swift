import LogText

/// The content of a line of the JVM's unified log about a collection.
enum UnifiedText {
  /// A pause that ended.
  case pause(kind: String, cause: String?, nanoseconds: Int64, heap: HeapChange?)

  /// Concurrent work that ended: the whole cycle or a part of it.
  case concurrent(name: String, nanoseconds: Int64)

  /// A part of a pause.
  case phase(name: String, nanoseconds: Int64, note: String?)

  /// `User=0.04s Sys=0.00s Real=0.07s`.
  case processorTime(nanoseconds: Int64)

  /// Bytes before and after, and the size of the heap.
  struct HeapChange {
    var before: Int64
    var after: Int64
    var size: Int64
  }

  init?(_ text: ArraySlice<UInt8>) {
    var cursor = ByteCursor(text)
    if cursor.take("User=") {
      guard let user = cursor.decimal(), cursor.take("s Sys="), let system = cursor.decimal(),
        let nanoseconds = Int64(exactly: ((user + system) * 1e9).rounded())
      else { return nil }
      self = .processorTime(nanoseconds: nanoseconds)
      return
    }
    let isPause = cursor.take("Pause ")
    let isConcurrent = !isPause && cursor.take("Concurrent ")
    if isPause || isConcurrent {
      guard let (front, nanoseconds) = Self.finalTime(text) else { return nil }
      let (words, heap) = Self.heapChange(front)
      if isConcurrent {
        self = .concurrent(name: Self.groups(words).name, nanoseconds: nanoseconds)
        return
      }
      let (name, groups) = Self.groups(words)
      let kind = groups.count > 1 ? name + groups.dropLast().map { " (\($0))" }.joined() : name
      self = .pause(kind: kind, cause: groups.last, nanoseconds: nanoseconds, heap: heap)
      return
    }
    guard let phase = Self.phase(text) else { return nil }
    self = phase
  }

  /// Reads a part of a pause: `Finalize Marking 3.492ms`, `Other: 0.2ms`,
  /// `Mark Termination (ms): 89.23`, `Object Copy (ms): Min: 2.5, Avg: 4.5, Max: 6.6, …`,
  /// `SATB Buffer Processing: 312 buffers, 42.11 ms`.
  private static func phase(_ text: ArraySlice<UInt8>) -> UnifiedText? {
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else {
      return finalTime(text).map { .phase(name: $0.front.text, nanoseconds: $0.1, note: nil) }
    }
    var name = text[..<colon].trimmed
    let rest = text[(colon + 1)...].trimmed
    var unit: Double?
    for (mark, nanoseconds) in Self.bracketedUnits where name.suffix(mark.count).elementsEqual(mark)
    {
      name = name.dropLast(mark.count).trimmed
      unit = nanoseconds
    }
    if name.isEmpty { return nil }
    if let (front, nanoseconds) = finalTime(rest) {
      let note = front.last == UInt8(ascii: ",") ? front.dropLast().trimmed.text : nil
      return .phase(name: name.text, nanoseconds: nanoseconds, note: note)
    }
    guard let unit else { return nil }
    // The pause waits for the slowest worker.
    let largest = rest.position(of: "Max:").map { rest[($0 + 4)...].trimmed } ?? rest
    var cursor = ByteCursor(largest)
    return cursor.decimal().flatMap { Int64(exactly: ($0 * unit).rounded()) }
      .map { .phase(name: name.text, nanoseconds: $0, note: nil) }
  }

  /// Units after the name of a part, in nanoseconds.
  private static let bracketedUnits: [([UInt8], Double)] = [
    (Array(" (ms)".utf8), 1e6), (Array(" (us)".utf8), 1e3), (Array(" (s)".utf8), 1e9),
  ]

  /// Units after a time, in nanoseconds. The longer ones come first, since they also end in `s`.
  private static let units: [([UInt8], Double)] = [
    (Array("ms".utf8), 1e6), (Array("us".utf8), 1e3), (Array("µs".utf8), 1e3),
    (Array("ns".utf8), 1), (Array("s".utf8), 1e9),
  ]

  /// Splits `words 3.492ms` or `words 3.492 ms`; also with other units of time.
  private static func finalTime(
    _ text: ArraySlice<UInt8>
  ) -> (front: ArraySlice<UInt8>, nanoseconds: Int64)? {
    guard let (mark, unit) = units.first(where: { text.suffix($0.0.count).elementsEqual($0.0) })
    else { return nil }
    let front = text.dropLast(mark.count).trimmed
    let number = front.suffix(while: {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".")
        || $0 == UInt8(ascii: ",")
    })
    var cursor = ByteCursor(number)
    guard let value = cursor.decimal(), cursor.isAtEnd,
      let nanoseconds = Int64(exactly: (value * unit).rounded())
    else { return nil }
    // `invocations=1s` is not a time.
    guard number.startIndex == front.startIndex || front[number.startIndex - 1] == UInt8(ascii: " ")
    else {
      return nil
    }
    return (front[..<number.startIndex].trimmed, nanoseconds)
  }

  /// Splits `words 20M->16M(380M)`.
  private static func heapChange(
    _ text: ArraySlice<UInt8>
  ) -> (words: ArraySlice<UInt8>, HeapChange?) {
    guard let arrow = text.position(of: "->") else { return (text, nil) }
    let start = text[..<arrow].lastIndex(of: UInt8(ascii: " ")).map { $0 + 1 } ?? text.startIndex
    var cursor = ByteCursor(text)
    cursor.position = start
    guard let before = size(&cursor), cursor.take("->"), let after = size(&cursor),
      cursor.take("("), let whole = size(&cursor), cursor.take(")")
    else { return (text, nil) }
    return (text[..<start].trimmed, HeapChange(before: before, after: after, size: whole))
  }

  private static func size(_ cursor: inout ByteCursor) -> Int64? {
    guard let value = cursor.number(), value < 1 << 32 else { return nil }
    let shift =
      cursor.take("K")
      ? 10 : cursor.take("M") ? 20 : cursor.take("G") ? 30 : cursor.take("B") ? 0 : -1
    return shift < 0 ? nil : Int64(value) << Int64(shift)
  }

  /// Splits `Pause Young (Normal) (G1 Evacuation Pause)`.
  private static func groups(_ text: ArraySlice<UInt8>) -> (name: String, groups: [String]) {
    let parts = text.split(separator: UInt8(ascii: "("))
    let groups = parts.dropFirst().map { part in
      part.prefix { $0 != UInt8(ascii: ")") }.text
    }
    return (parts.first?.trimmed.text ?? "", groups)
  }
}

extension ArraySlice<UInt8> {
  /// The longest end whose bytes all satisfy a condition.
  fileprivate func suffix(while condition: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    var start = endIndex
    while start > startIndex, condition(self[start - 1]) { start -= 1 }
    return self[start...]
  }
}
