/// The purpose of a field in a structured log, judging by its name as loggers, containers and log
/// stores spell it.
enum FieldName {
  /// The end of a path of names: the last name, and the last two as one. Case and `_`, `-`, `@` are
  /// ignored, and `kubernetes.pod.name` is three names.
  struct Path: Hashable {
    var last: UInt64 = FieldName.seed
    var lastTwo: UInt64 = FieldName.seed
  }

  private static let seed: UInt64 = 0xcbf2_9ce4_8422_2325

  /// - Parameter outer: the last name of the object that contains the field.
  static func path(_ name: ArraySlice<UInt8>, in outer: UInt64?) -> Path {
    var path = Path(last: seed, lastTwo: outer ?? seed)
    for byte in name {
      switch byte {
      case UInt8(ascii: "."), UInt8(ascii: "/"):
        path.lastTwo = path.last
        path.last = seed
      case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "@"), UInt8(ascii: " "): continue
      default:
        let lower = UInt64(byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte)
        path.last = (path.last ^ lower) &* 0x100_0000_01b3
        path.lastTwo = (path.lastTwo ^ lower) &* 0x100_0000_01b3
      }
    }
    return path
  }

  private static func set(_ names: String...) -> Set<UInt64> {
    Set(names.map { path(Array($0.utf8)[...], in: nil).last })
  }

  /// Texts that a program or its runtime wrote.
  static let texts = set(
    "log", "message", "msg", "textpayload", "line", "output", "stack", "stacktrace",
    "exception", "error", "err", "errorverbose", "panic", "body", "fullmessage",
    "shortmessage", "backtrace", "values", "bodystringvalue", "bodyvalue", "goroutines", "dump",
    "raw", "logentry")

  /// Texts that contain their line ends: one without an end continues in the next text.
  static let streams = set("log", "output")

  static let times = set(
    "time", "ts", "timestamp", "realtimetimestamp", "timeunixnano", "datetime", "eventtime")

  /// Lists of names with values; their elements are not records.
  static let attributeLists = set("attributes", "labels", "tags")
  static let keys = set("key")
  static let values = set("value", "stringvalue", "intvalue", "valuestringvalue")

  /// Names of the process, and the order in which they are joined.
  static let marks: [UInt64: Int] = {
    let names: [[String]] = [
      ["pod", "podname"], ["container", "containername"],
      [
        "service", "servicename", "app", "application", "syslogidentifier", "package",
        "systemdunit", "unit",
      ],
      ["host", "hostname", "instance", "instanceid"], ["pid", "processid", "syslogpid"],
    ]
    var ranks: [UInt64: Int] = [:]
    for (rank, alike) in names.enumerated() {
      for name in alike { ranks[path(Array(name.utf8)[...], in: nil).last] = rank }
    }
    return ranks
  }()

  static func rank(_ path: Path) -> Int? { marks[path.lastTwo] ?? marks[path.last] }
}

/// The purpose of a field.
struct FieldRole {
  /// The position of its value in the process's name; nil when it is not part of that.
  var rank: Int?
  var isText = false
  var isStream = false
  var isTime = false
  var isAttributeList = false
  var isKey = false
  var isValue = false

  init(_ path: FieldName.Path) {
    rank = FieldName.rank(path)
    isText = FieldName.texts.contains(path.last) || FieldName.texts.contains(path.lastTwo)
    isStream = FieldName.streams.contains(path.last)
    isTime = FieldName.times.contains(path.last)
    isAttributeList = FieldName.attributeLists.contains(path.last)
    isKey = FieldName.keys.contains(path.last)
    isValue = FieldName.values.contains(path.last)
  }
}

/// The roles of recently seen names: records repeat the same ones.
struct FieldRoles {
  private var slots: [(path: FieldName.Path, role: FieldRole)?] = Array(repeating: nil, count: 64)

  mutating func role(of path: FieldName.Path) -> FieldRole {
    let hash = path.last ^ path.lastTwo >> 7
    let slot = Int(truncatingIfNeeded: (hash ^ hash >> 32) & 63)
    if let known = slots[slot], known.path == path { return known.role }
    let role = FieldRole(path)
    slots[slot] = (path, role)
    return role
  }
}

/// What the fields of a record say about the process that wrote it.
struct WriterMarks {
  private var parts: [(rank: Int, value: ArraySlice<UInt8>)] = []

  /// The last name, which is kept because most records are of the same process.
  private var known: [(rank: Int, value: ArraySlice<UInt8>)] = []
  private var knownName = ""

  private static let limit = 16
  private static let longest = 128

  var count: Int { parts.count }

  mutating func add(_ rank: Int, _ value: ArraySlice<UInt8>) {
    guard !value.isEmpty, value.count <= Self.longest, parts.count < Self.limit else { return }
    parts.append((rank, value))
  }

  mutating func cut(to count: Int) { parts.removeLast(max(0, parts.count - count)) }

  /// `web-1/app`; empty when nothing is known.
  mutating func name() -> String {
    if parts.isEmpty { return "" }
    if parts.count == known.count, zip(parts, known).allSatisfy({ $0 == $1 }) { return knownName }
    known = parts
    var seen: [ArraySlice<UInt8>] = []
    for part in parts.enumerated().sorted(by: {
      ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset)
    })
    where !seen.contains(part.element.value) { seen.append(part.element.value) }
    knownName = seen.map(\.text).joined(separator: "/")
    return knownName
  }
}

/// What runtimes write: a text that contains it is read, whatever field has it.
package enum Anchor {
  /// Whether a goroutine, a collection or the reason of a crash begins anywhere in a text.
  package static func stands(in text: ArraySlice<UInt8>) -> Bool {
    // All of them contain blanks, and few values of fields do.
    if text.position(of: 0x20) == nil { return false }
    return beginsGoroutine(text) || beginsCollection(text) || text.contains(text: "fatal error: ")
      || text.contains(text: "panic: ") || text.contains(text: "heap profile: ")
  }

  /// `goroutine 7 [`, `goroutine 7 gp=`, `Goroutine 7 in state `.
  static func beginsGoroutine(_ text: ArraySlice<UInt8>) -> Bool {
    numbered("oroutine ", in: text) {
      $0.hasPrefix(" [") || $0.hasPrefix(" gp=") || $0.hasPrefix(" in state ")
        || $0.hasPrefix(" - User")
    }
      || text.contains(text: "goroutine profile: total ")
  }

  /// `gc 7 @`, `GC(7) `.
  static func beginsCollection(_ text: ArraySlice<UInt8>) -> Bool {
    numbered("gc ", in: text) { $0.hasPrefix(" @") }
      || numbered("GC(", in: text) { $0.hasPrefix(") ") }
      || text.contains(text: "scvg") || text.contains(text: "scav ")
  }

  private static func numbered(
    _ word: StaticString, in text: ArraySlice<UInt8>, _ follows: (ArraySlice<UInt8>) -> Bool
  ) -> Bool {
    var from = text.startIndex
    while let found = text.position(of: word, from: from) {
      var cursor = ByteCursor(text, at: found + word.utf8CodeUnitCount)
      if cursor.number() != nil, follows(cursor.rest) { return true }
      from = found + 1
    }
    return false
  }
}
