import LogText
import ProfileModel

/// The address that a goroutine waits for, from an argument of the waiting function.
struct WaitAddress: Sendable, Hashable {
  var address: UInt64

  /// The rank of the function that it is known from; the higher one is more specific.
  var rank: Int
}

/// An address among the arguments of a function on a stack.
struct HeldAddress: Sendable {
  var address: UInt64
  var frame: LocationID

  /// It is the function's first argument: mostly the receiver.
  var isFirst: Bool
}

/// A goroutine of the last moment, with its addresses.
struct TracedGoroutine: Sendable {
  var id: UInt64
  var group: Int
  var wait: UInt64?

  /// The object that contains the address, if known: the receiver of the calling method.
  var base: UInt64?
  var held: [HeldAddress]
}

extension GoroutineSeries.Snapshot {
  /// The number of goroutines with addresses that are kept.
  private static let tracedLimit = 1 << 17

  mutating func trace(_ goroutine: Goroutine, group: Int) {
    guard goroutine.count == 1, goroutine.id != 0, traced.count < Self.tracedLimit,
      goroutine.wait != nil || !goroutine.held.isEmpty
    else { return }
    let wait = goroutine.wait?.address
    // A mutex is mostly a field of the calling method's receiver.
    let base = wait.flatMap { wait in
      goroutine.held.first {
        $0.isFirst && $0.address <= wait && wait - $0.address < 4096
      }?.address
    }
    traced.append(
      TracedGoroutine(
        id: goroutine.id, group: group, wait: wait, base: base, held: goroutine.held))
  }
}

extension Goroutine {
  private static let heldLimit = 64

  /// Records the addresses among the arguments of a function.
  mutating func addArguments(
    _ arguments: ArraySlice<UInt8>, of name: ArraySlice<UInt8>, at frame: LocationID
  ) {
    if arguments.isEmpty { return }
    let waiting = Self.waiting(name)
    var cursor = ByteCursor(arguments)
    var isFirst = true
    while !cursor.isAtEnd {
      guard let address = cursor.address() else {
        // Braces enclose a value of several words; the first of them counts as the first argument.
        if cursor.next != UInt8(ascii: "{"), cursor.next != 0x20 { isFirst = false }
        cursor.position += 1
        continue
      }
      // A question mark means that the register may have been overwritten.
      let isSure = !cursor.take("?")
      if isSure, let waiting, isFirst {
        if waiting.rank > wait?.rank ?? -1, address > waiting.delta {
          wait = WaitAddress(address: address - waiting.delta, rank: waiting.rank)
        }
      } else if isSure, waiting == nil, Self.isPointer(address), held.count < Self.heldLimit {
        held.append(HeldAddress(address: address, frame: frame, isFirst: isFirst))
      }
      isFirst = false
    }
  }

  /// Whether a value may be an address: not a small number, and within 48 bits.
  private static func isPointer(_ value: UInt64) -> Bool { value >= 1 << 20 && value < 1 << 48 }

  /// Functions whose first argument is what they wait for, or is inside it, with the offset from
  /// its beginning (`sync.RWMutex` and `sync.Mutex` of Go 1.18 to 1.27).
  private static func waiting(_ name: ArraySlice<UInt8>) -> (rank: Int, delta: UInt64)? {
    guard let first = name.first,
      first == UInt8(ascii: "s") || first == UInt8(ascii: "r")
        || first == UInt8(ascii: "i")
    else { return nil }
    return functions[name.hasPrefix("internal/") ? name.dropFirst(9).text : name.text]
  }

  private static let functions: [String: (rank: Int, delta: UInt64)] = [
    "sync.runtime_SemacquireMutex": (0, 4), "sync.runtime_SemacquireRWMutex": (0, 8),
    "sync.runtime_SemacquireRWMutexR": (0, 12), "sync.(*Mutex).lockSlow": (1, 0),
    "sync.(*Mutex).Lock": (2, 0), "sync.(*RWMutex).Lock": (3, 0), "sync.(*RWMutex).RLock": (3, 0),
    "sync.(*WaitGroup).Wait": (3, 0), "sync.(*Cond).Wait": (3, 0), "sync.(*Once).doSlow": (0, 0),
    "runtime.chanrecv": (1, 0), "runtime.chanrecv1": (2, 0), "runtime.chanrecv2": (2, 0),
    "runtime.chansend": (1, 0), "runtime.chansend1": (2, 0),
  ]
}
