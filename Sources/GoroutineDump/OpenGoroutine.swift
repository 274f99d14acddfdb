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
  private var function: (name: [UInt8], arguments: [UInt8])?
  private var isCreator = false

  /// What follows is of other goroutines, or of none.
  var isDone = false

  /// The last line, which may go on in the next.
  var piece: [UInt8] = []
  var pieceNumber = 0
  var pieceWidth = 0
  var pieceCount = 0
  var pieceTime: [UInt8] = []

  /// More frames than that are left out of a stack.
  private static let frameLimit = 4096

  /// What wraps lines does so at some width, and a line of a dump is no book.
  private static let leastWidth = 40
  private static let pieceLimit = 12
  private static let pieceBytes = 1 << 13

  init(header: GoroutineHeader) { self.header = header }

  var stack: [LocationID] { goroutine.stack }

  /// No line of it was there yet.
  var hasNothing: Bool { stack.isEmpty && piece.isEmpty && function == nil && !isDone }

  /// Its last line is there.
  var isWhole: Bool {
    function == nil
      && (goroutine.hasNoStack || header.isThread
        || !stack.isEmpty && (goroutine.creator != nil || isDone || header.id <= 1))
  }

  /// Takes a line as what follows the piece that waits, where something wrapped a line.
  mutating func join(_ text: ArraySlice<UInt8>, _ parsed: DumpLine?) -> Bool {
    guard !piece.isEmpty, pieceCount < Self.pieceLimit, piece.count < Self.pieceBytes,
      let first = text.first
    else { return false }
    let before = DumpLine(piece[...])
    let isIndented = first.isBlank
    switch (before, parsed) {
    case (_, .blank), (.blank, _), (.separator, _), (_, .separator): return false
    case (.name, .function) where !isIndented && pieceWidth >= Self.leastWidth: break
    case (nil, nil): break
    case (.some, nil) where pieceWidth >= Self.leastWidth: break
    case (nil, .some) where !isIndented: break
    default: return false
    }
    for joint in [[], [UInt8(0x20)]] {
      let whole = piece + joint + (joint.isEmpty ? text : text.trimmedFront)
      guard let line = DumpLine(whole[...]), fits(line, joint.isEmpty) else { continue }
      take(whole)
      return true
    }
    // Some more of it may follow.
    if before == nil, parsed == nil, pieceWidth >= Self.leastWidth, looksBegun {
      take(piece + text)
      return true
    }
    return false
  }

  private mutating func take(_ whole: [UInt8]) {
    piece = whole
    pieceCount += 1
  }

  /// The beginning of a path or of a call.
  private var looksBegun: Bool {
    let text = piece[...].trimmed
    return DumpLine.cutName(text) != nil || text.position(of: 0x20) == nil
      || text.hasPrefix("created by ")
  }

  /// Whether a line that two pieces make is one of a stack, and not a stranger's words before one.
  private func fits(_ line: DumpLine, _ isTight: Bool) -> Bool {
    switch line {
    case .position:
      let text = piece[...].trimmed
      if Self.hasLine(text) { return true }
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

  /// Takes a line; returns false when it is not of a goroutine.
  mutating func apply(
    _ parsed: DumpLine?, _ text: ArraySlice<UInt8>, _ series: inout GoroutineSeries
  ) -> Bool {
    switch parsed {
    case .function(let name, let arguments):
      return begin(name, arguments, &series)
    case .name(let name):
      return begin(name, [], &series)
    case .creator(let name):
      let isUnderstood = dropFunction(&series)
      function = (Array(name), [])
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
      let isUnderstood = dropFunction(&series)
      // The stack is there, or it never comes.
      if !stack.isEmpty || goroutine.hasNoStack { isDone = true }
      return isUnderstood
    case nil:
      if isDone { return false }
      if let name = DumpLine.cutName(text) {
        // Its end is cut off; a position may follow.
        return begin(name, [], &series)
      }
      if let (name, arguments) = function, let first = text.first, first.isBlank,
        text.trimmed.first == UInt8(ascii: "/")
      {
        // The end of a position is cut off.
        function = nil
        append(name, arguments, file: text.trimmed, line: 0, &series)
        return true
      }
      let isUnderstood = dropFunction(&series)
      return isUnderstood && false
    }
  }

  private mutating func begin(
    _ name: ArraySlice<UInt8>, _ arguments: ArraySlice<UInt8>, _ series: inout GoroutineSeries
  ) -> Bool {
    let isUnderstood = dropFunction(&series)
    if isDone { return false }
    function = (Array(name), Array(arguments))
    return isUnderstood
  }

  /// A line that looked like a function's was none: nothing said where it is.
  private mutating func dropFunction(_ series: inout GoroutineSeries) -> Bool {
    if function != nil, !isCreator {
      series.lines.skipped += 1
      series.lines.tally.miss(function?.name[...] ?? [], number: pieceNumber)
      function = nil
    }
    return true
  }

  private mutating func append(
    _ name: [UInt8], _ arguments: [UInt8], file: ArraySlice<UInt8>, line: Int64,
    _ series: inout GoroutineSeries
  ) {
    // A panic's own function goes by this short name.
    let isPanic = name.elementsEqual("panic".utf8)
    let location = series.location(
      isPanic ? Array("runtime.gopanic".utf8) : name, file: file, line: line)
    if isCreator {
      goroutine.creator = location
      isDone = true
    } else if goroutine.stack.count < Self.frameLimit {
      goroutine.stack.append(location)
      goroutine.addArguments(arguments[...], of: name[...], at: location)
    }
  }

  /// The goroutine, as far as it was read.
  func finished(_ series: GoroutineSeries) -> Goroutine {
    var goroutine = goroutine
    goroutine.id = header.id
    goroutine.minutes = header.minutes
    goroutine.isLocked = header.isLocked
    goroutine.isLeaked = header.isLeaked
    goroutine.isBubbled = header.isBubbled
    goroutine.labels = header.labels
    goroutine.state = GoroutineState(text: header.state, stack: series.kind(of: stack))
    return goroutine
  }
}

extension GoroutineHeader {
  /// `runtime stack:`, of the thread that found the end.
  static let ofRuntime = GoroutineHeader(
    Array("goroutine 0 [running]:".utf8)[...])!
}
