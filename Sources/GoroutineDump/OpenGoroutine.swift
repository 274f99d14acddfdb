import LogText
import ProfileModel

/// A goroutine whose lines are being read.
struct OpenGoroutine: Sendable {
  var header: GoroutineHeader

  /// The number of its header's line, and when that was written.
  var number = 0
  var seconds: Double?
  var reason: CrashReason?

  /// What a logger wrote after the header.
  var suffix: [UInt8] = []
  private(set) var goroutine = Goroutine()
  private var function: (name: ArraySlice<UInt8>, arguments: ArraySlice<UInt8>)?
  private var isCreator = false

  /// One of its lines is incomplete.
  private var isCut = false

  /// The lines that follow belong to other goroutines, or to none.
  var isDone = false

  /// The last line, which may continue in the next.
  struct Piece: Sendable {
    var text: ArraySlice<UInt8>

    /// The content of this line alone.
    var parsed: DumpLine?
    var number: Int
    var width: Int
    var time: ArraySlice<UInt8>
    var count = 1
  }

  var piece: Piece?

  /// Further frames are left out of a stack.
  private static let frameLimit = 4096

  /// Lines are wrapped at a minimum width, and a line of a dump has a limited length.
  private static let leastWidth = 40
  private static let pieceLimit = 12
  private static let pieceBytes = 1 << 13

  init(header: GoroutineHeader) { self.header = header }

  var stack: [LocationID] { goroutine.stack }

  /// None of its lines was read yet.
  var hasNothing: Bool {
    stack.isEmpty && piece?.text.isEmpty ?? true && function == nil && !isDone
  }

  /// Its last line was read.
  var isWhole: Bool {
    function == nil && !isCut
      && (goroutine.hasNoStack || header.isThread || header.place != nil
        || !stack.isEmpty && (goroutine.creator != nil || isDone || header.id <= 1))
  }

  /// Takes a line as the continuation of the last one, if that was wrapped.
  mutating func join(_ text: ArraySlice<UInt8>, _ parsed: DumpLine?) -> Bool {
    guard let piece, !piece.text.isEmpty, piece.count < Self.pieceLimit,
      piece.text.count < Self.pieceBytes,
      let first = text.first
    else { return false }
    let isIndented = first.isBlank
    switch (piece.parsed, parsed) {
    case (_, .blank), (.blank, _), (.separator, _), (_, .separator): return false
    case (.name, .function) where !isIndented && piece.width >= Self.leastWidth: break
    case (nil, nil): break
    case (.some, nil) where piece.width >= Self.leastWidth: break
    case (nil, .some) where !isIndented: break
    default: return false
    }
    for joint in [[], [UInt8(0x20)]] {
      let whole = piece.text + joint + (joint.isEmpty ? text : text.trimmedFront)
      guard let line = DumpLine(whole), Self.fits(line, piece.text, joint.isEmpty) else { continue }
      take(whole)
      return true
    }
    // More pieces of the line may follow.
    if piece.parsed == nil, parsed == nil, piece.width >= Self.leastWidth,
      Self.looksBegun(piece.text)
    {
      take(piece.text + text)
      return true
    }
    return false
  }

  private mutating func take(_ whole: ArraySlice<UInt8>) {
    piece?.text = whole
    piece?.parsed = DumpLine(whole)
    piece?.count += 1
  }

  /// Whether a line has the beginning of a path or of a call.
  private static func looksBegun(_ piece: ArraySlice<UInt8>) -> Bool {
    let text = piece.trimmed
    return DumpLine.cutName(text) != nil || text.position(of: 0x20) == nil
      || text.hasPrefix("created by ")
  }

  /// Whether two pieces make a line of a stack, and not other words before such a line.
  private static func fits(
    _ line: DumpLine, _ piece: ArraySlice<UInt8>, _ isTight: Bool
  ) -> Bool {
    switch line {
    case .position:
      let text = piece.trimmed
      if hasLine(text) { return true }
      return isTight && text.position(of: 0x20) == nil
        && text.position(of: UInt8(ascii: "/")) != nil
    case .name: return false
    default: return true
    }
  }

  /// Whether a text contains something like `main.go:47 `.
  private static func hasLine(_ text: ArraySlice<UInt8>) -> Bool {
    var from = text.startIndex
    while let colon = text.position(of: UInt8(ascii: ":"), from: from) {
      var cursor = ByteCursor(text, at: colon + 1)
      if cursor.number() != nil, cursor.next == 0x20 { return true }
      from = colon + 1
    }
    return false
  }

  /// Takes the piece; returns false when it is not part of a goroutine.
  mutating func apply(_ piece: Piece, _ series: inout GoroutineSeries) -> Bool {
    let text = piece.text
    let number = piece.number
    switch piece.parsed {
    case .function(let name, let arguments):
      return begin(name, arguments, number, &series)
    case .name(let name):
      return begin(name, [], number, &series)
    case .creator(let name):
      let isUnderstood = dropFunction(number, &series)
      function = (name, [])
      isCreator = true
      return isUnderstood
    case .position(let file, let line):
      guard let (name, arguments) = function, !isDone else { return false }
      function = nil
      append(name, arguments, file: file, line: line, &series)
      return true
    case .elided(let count):
      goroutine.elidedFrames = count ?? 0
      return true
    case .ancestor:
      isDone = true
      return true
    case .noStack:
      goroutine.hasNoStack = true
      return true
    case .blank, .separator:
      let isUnderstood = dropFunction(number, &series)
      // The stack is complete, or never comes.
      if !stack.isEmpty || goroutine.hasNoStack { isDone = true }
      return isUnderstood
    case nil:
      if isDone { return false }
      if let name = DumpLine.cutName(text) {
        // The line's end is cut off; a position may follow.
        return begin(name, [], number, &series)
      }
      if let (name, arguments) = function, let first = text.first, first.isBlank,
        text.trimmed.first == UInt8(ascii: "/")
      {
        // The position's end is cut off, perhaps after the line number.
        function = nil
        isCut = true
        let (file, line) = Self.cutPosition(text.trimmed)
        append(name, arguments, file: file, line: line, &series)
        return true
      }
      let isUnderstood = dropFunction(number, &series)
      return isUnderstood && false
    }
  }

  /// `/src/main.go:44 +0x3f fp=`, `/src/ma`
  private static func cutPosition(
    _ text: ArraySlice<UInt8>
  ) -> (file: ArraySlice<UInt8>, line: Int64) {
    var from = text.startIndex
    while let colon = text.position(of: UInt8(ascii: ":"), from: from) {
      var digits = ByteCursor(text, at: colon + 1)
      // A number at the end of the text may be incomplete.
      if let line = digits.number(), digits.next == 0x20 {
        return (text[..<colon], Int64(clamping: line))
      }
      from = colon + 1
    }
    return (text.position(of: ".go:").map { text[..<($0 + 3)] } ?? text, 0)
  }

  private mutating func begin(
    _ name: ArraySlice<UInt8>, _ arguments: ArraySlice<UInt8>, _ number: Int,
    _ series: inout GoroutineSeries
  ) -> Bool {
    let isUnderstood = dropFunction(number, &series)
    if isDone { return false }
    function = (name, arguments)
    return isUnderstood
  }

  /// Drops a line that looked like a function's, since no position follows it.
  private mutating func dropFunction(_ number: Int, _ series: inout GoroutineSeries) -> Bool {
    if function != nil, !isCreator {
      series.lines.skipped += 1
      series.lines.tally.miss(function?.name ?? [], number: number)
      function = nil
    }
    return true
  }

  private mutating func append(
    _ name: ArraySlice<UInt8>, _ arguments: ArraySlice<UInt8>, file: ArraySlice<UInt8>,
    line: Int64, _ series: inout GoroutineSeries
  ) {
    // Traces use this short name for the panic function.
    let location = series.location(
      name.equals("panic") ? Array("runtime.gopanic".utf8)[...] : name, file: file, line: line)
    if isCreator {
      goroutine.creator = location
      isDone = true
    } else if goroutine.stack.count < Self.frameLimit {
      goroutine.stack.append(location)
      goroutine.addArguments(arguments, of: name, at: location)
    }
  }

  /// The goroutine, as far as it was read.
  func finished(_ series: inout GoroutineSeries) -> Goroutine {
    var goroutine = goroutine
    if stack.isEmpty, let place = header.place {
      goroutine.stack = [series.location(place.function, file: place.file, line: place.line)]
    }
    goroutine.id = header.id
    goroutine.minutes = header.minutes
    goroutine.isLocked = header.isLocked
    goroutine.isLeaked = header.isLeaked
    goroutine.isBubbled = header.isBubbled
    goroutine.labels = header.labels
    goroutine.state = GoroutineState(text: header.state, stack: series.kind(of: goroutine.stack))
    return goroutine
  }
}

extension GoroutineHeader {
  /// `runtime stack:`, the stack of the thread that found the fatal error.
  static let ofRuntime = GoroutineHeader(
    Array("goroutine 0 [running]:".utf8)[...])!
}
