import LogText
import ProfileModel

/// A goroutine whose lines are being read.
struct OpenGoroutine: Sendable {
  var header: GoroutineHeader

  /// The line of its header, and when that was written.
  var number = 0
  var seconds: Double?
  var reason: CrashReason?

  /// What a logger wrote behind the header.
  var suffix: [UInt8] = []
  private(set) var goroutine = Goroutine()
  private var function: (name: ArraySlice<UInt8>, arguments: ArraySlice<UInt8>)?
  private var isCreator = false

  /// A line of it ends early.
  private var isCut = false

  /// What follows is of other goroutines, or of none.
  var isDone = false

  /// The last line, which may go on in the next.
  struct Piece: Sendable {
    var text: ArraySlice<UInt8>

    /// What it says by itself.
    var parsed: DumpLine?
    var number: Int
    var width: Int
    var time: ArraySlice<UInt8>
    var count = 1
  }

  var piece: Piece?

  /// More frames than that are left out of a stack.
  private static let frameLimit = 4096

  /// What wraps lines does so at some width, and a line of a dump is no book.
  private static let leastWidth = 40
  private static let pieceLimit = 12
  private static let pieceBytes = 1 << 13

  init(header: GoroutineHeader) { self.header = header }

  var stack: [LocationID] { goroutine.stack }

  /// No line of it was there yet.
  var hasNothing: Bool {
    stack.isEmpty && piece?.text.isEmpty ?? true && function == nil && !isDone
  }

  /// Its last line is there.
  var isWhole: Bool {
    function == nil && !isCut
      && (goroutine.hasNoStack || header.isThread || header.place != nil
        || !stack.isEmpty && (goroutine.creator != nil || isDone || header.id <= 1))
  }

  /// Takes a line as what follows the piece that waits, where something wrapped a line.
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
    // Some more of it may follow.
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

  /// The beginning of a path or of a call.
  private static func looksBegun(_ piece: ArraySlice<UInt8>) -> Bool {
    let text = piece.trimmed
    return DumpLine.cutName(text) != nil || text.position(of: 0x20) == nil
      || text.hasPrefix("created by ")
  }

  /// Whether a line that two pieces make is one of a stack, and not a stranger's words before one.
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

  /// `main.go:47 ` stands in it.
  private static func hasLine(_ text: ArraySlice<UInt8>) -> Bool {
    var from = text.startIndex
    while let colon = text.position(of: UInt8(ascii: ":"), from: from) {
      var cursor = ByteCursor(text, at: colon + 1)
      if cursor.number() != nil, cursor.next == 0x20 { return true }
      from = colon + 1
    }
    return false
  }

  /// Takes the piece; returns false when it is not of a goroutine.
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
      // The stack is there, or it never comes.
      if !stack.isEmpty || goroutine.hasNoStack { isDone = true }
      return isUnderstood
    case nil:
      if isDone { return false }
      if let name = DumpLine.cutName(text) {
        // Its end is cut off; a position may follow.
        return begin(name, [], number, &series)
      }
      if let (name, arguments) = function, let first = text.first, first.isBlank,
        text.trimmed.first == UInt8(ascii: "/")
      {
        // The end of a position is cut off, perhaps behind the line's number.
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
      // A number that the text ends with may go on.
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

  /// A line that looked like a function's was none: nothing said where it is.
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
    // A panic's own function goes by this short name.
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
  /// `runtime stack:`, of the thread that found the end.
  static let ofRuntime = GoroutineHeader(
    Array("goroutine 0 [running]:".utf8)[...])!
}
