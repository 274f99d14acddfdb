/// The formats that profilers wrote before profile.proto.
package enum LegacyFormat: Sendable, Equatable {
  /// Words of 32 or 64 bits, as written by the CPU profilers of gperftools and early Go.
  case binaryCPU
  case javaCPU

  /// `heap profile: …`: gperftools, tcmalloc, jemalloc, and Go with `debug=1`.
  case heapText

  /// `heap_v2/RATE` and a stack per `@` line: jemalloc's own format.
  case jemallocHeap

  /// `NAME profile: total N`: Go's goroutine and threadcreate profiles with `debug=1`.
  case goCounts
  case threads

  /// `--- contentionz 1 ---`, and Go's mutex and block profiles with `debug=1`.
  case contention
  case javaHeap
  case javaContention

  /// One of the others, after a table of names as `pprof --raw` writes it.
  case symbolized
}

/// Why a profile in a recognized legacy format cannot be read.
package struct LegacyProfileError: Error, Equatable, Sendable {
  package enum Problem: Equatable, Sendable {
    /// The format expects this, and the file has something else.
    case unexpected(expected: String)

    /// The format expects this, and the file ends.
    case truncated(expected: String)

    /// A number, or a product of numbers, exceeds 64 bits.
    case outOfRange(what: String)

    /// More of something than heapscope reads, because reading it could go on without end.
    case overLimit(what: String, limit: Int)
  }

  package enum Position: Equatable, Sendable {
    /// From 1; in the text after a binary profile, counted from the start of that text.
    case line(Int)

    /// From the start of the file.
    case byte(Int)
  }

  package var format: LegacyFormat
  package var position: Position
  package var problem: Problem

  init(_ format: LegacyFormat, _ position: Position, _ problem: Problem) {
    self.format = format
    self.position = position
    self.problem = problem
  }

  /// The same error in a text that has more before it.
  func moved(lines: Int, bytes: Int) -> LegacyProfileError {
    var error = self
    switch position {
    case .line(let line): error.position = .line(line + lines)
    case .byte(let byte): error.position = .byte(byte + bytes)
    }
    return error
  }
}

/// Records with impossible counts, such as a number of more than 64 bits. They do not invalidate
/// the others.
package struct LeftOutRecords: Sendable, Equatable {
  package var count: Int

  /// What is wrong with the first of them, and where.
  package var first: LegacyProfileError

  func moved(lines: Int, bytes: Int) -> LeftOutRecords {
    LeftOutRecords(count: count, first: first.moved(lines: lines, bytes: bytes))
  }
}
