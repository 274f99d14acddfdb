import Foundations
import ProfileCodec

/// Describes why bytes are no profile: what was expected, where, and what to do.
func describe(_ error: CodecError) -> String {
  switch error {
  case .empty: "the file is empty; fetch the profile again"
  case .compressedNothing(let compression):
    "the \(compression.rawValue) data hold no bytes at all; fetch the profile again"
  case .truncatedCompression(let compression, let offset):
    "truncated: the \(compression.rawValue) data end too early, at byte \(offset); fetch the profile again"
  case .damagedCompression(let compression, let reason, let offset):
    "damaged \(compression.rawValue) data near byte \(offset): \(reason); fetch the profile again"
  case .trailingBytes(let compression, let offset):
    "bytes that are no \(compression.rawValue) data follow the profile, at byte \(offset); fetch it again"
  case .nestedCompression(let kind):
    "compressed twice: \(kind.rawValue) inside; unpack it once and try again"
  case .notAProfile(let kind): "not a pprof profile: \(describe(kind))"
  case .limit(let limit, let value): describe(limit, value)
  case .wire(let problem, let message, let offset):
    "damaged profile: \(describe(problem)) in \(message.rawValue), at byte \(offset)"
  case .concatenated(let offset):
    "several profiles one after another in one file"
      + (offset.map { ", the second's header at byte \($0)" }
        ?? ", as every sample type stands there twice")
      + "; give them as separate files, heapscope merges them"
  case .noStringTable: "damaged profile: it has no string table"
  case .firstStringNotEmpty: "damaged profile: entry 0 of the string table is not empty"
  case .stringIndex(let index, let count, let field):
    count > 0
      ? "damaged profile: \(field) is string \(index), but the string table has \(count) entries"
      : "damaged profile: \(field) is string \(index), beyond the string table"
  case .zeroID(let table, let row):
    "damaged profile: entry \(row) of the \(table.rawValue) table has the id 0"
  case .repeatedID(let table, let id):
    "damaged profile: two entries of the \(table.rawValue) table have the id \(id)"
  case .unknownLocation(let id, let sample):
    "damaged profile: sample \(sample) refers to location \(id), which does not exist"
  case .unknownFunction(let id, let location):
    "damaged profile: location \(location) refers to function \(id), which does not exist"
  case .valueCount(let sample, let found, let expected):
    "damaged profile: sample \(sample) has \(found) values, but there are \(expected) sample types"
  case .noSampleTypes: "damaged profile: it has samples but no sample types"
  case .legacy(let error): describe(error)
  case .foldedLine(let line):
    "line \(line) is no folded stack: expected frames with ';' between them, a blank and a whole number"
  case .input(let error): "cannot read: \(systemMessage(error))"
  case .changedWhileRead:
    "was changed while it was read; wait until it is written, then run heapscope again"
  }
}

private func describe(_ problem: WireProblem) -> String {
  switch problem {
  case .endsEarly: "truncated: a number ends too early"
  case .varintTooLong: "a number is longer than ten bytes"
  case .lengthBeyondEnd(let length): "truncated: a length of \(length) bytes goes beyond the end"
  case .fieldNumberZero: "field number 0"
  case .badWireType(let type): "wire type \(type), which does not exist"
  case .wrongWireType(let field, let found): "field \(field) has the wrong wire type, \(found)"
  case .unbalancedGroup(let field): "the group of field \(field) does not open and close in turn"
  case .refusedByProtobufC: "a message that cannot be unpacked"
  }
}

private func describe(_ limit: LimitKind, _ value: Int) -> String {
  let size = "\(value >> 20) MiB"
  let raise = "; raise it with --max-inflated if the file is yours"
  return switch limit {
  case .inflatedBytes:
    "inflates to more than the limit of \(size)" + raise
  case .expansion:
    "inflates to more than \(value) times its size, the limit; "
      + "if the file is yours, unpack it first or raise --max-inflated"
  case .memory:
    "its tables take more than the limit of \(size) of memory for a file of this size" + raise
  case .sampleTypes: "more than \(value) sample types or values in a sample, the limit" + raise
  case .stackDepth: "a stack has more than \(value) frames, the limit" + raise
  case .inlinedLines: "a location has more than \(value) inlined functions, the limit" + raise
  case .groups: "unknown groups are nested more than \(value) deep, the limit"
  case .labels: "a sample has more than \(value) labels, the limit" + raise
  case .comments: "it has more than \(value) comments, the limit" + raise
  case .fieldBytes: "one field takes more than the limit of \(size)" + raise
  case .legacyBytes:
    "not a pprof profile in protobuf form, and longer than \(size), the limit for others" + raise
  }
}

func describe(_ kind: ContentKind) -> String {
  switch kind {
  case .gzip: "gzip data"
  case .zstd: "zstd data"
  case .bzip2: "it is compressed with bzip2; unpack it with 'bzip2 -d' first"
  case .xz: "it is compressed with xz; unpack it with 'xz -d' first"
  case .lzma: "it is compressed with lzma; unpack it with 'xz -d --format=lzma' first"
  case .lz4: "it is compressed with lz4; unpack it with 'lz4 -d' first"
  case .snappy: "it is compressed with snappy; unpack it first"
  case .zip: "it is a zip archive; unpack it and give the profile inside"
  case .tar: "it is a tar archive; unpack it and give the profile inside"
  case .sevenZip: "it is a 7z archive; unpack it and give the profile inside"
  case .compress: "it is compressed with compress (.Z); unpack it with 'uncompress' first"
  case .zlib: "it looks like zlib data without a gzip header; save it as gzip or plain"
  case .base64: "it is base64 text; decode it with 'base64 -d' first"
  case .html: "it is an HTML page, perhaps an error page; check the URL it came from"
  case .notFoundPage: "it is a 'page not found' answer; check the URL it came from"
  case .httpResponse: "it begins with HTTP headers; save the body alone (curl without -i)"
  case .displacedGzip: "bytes stand before the gzip data, which must come first"
  case .json: "it is JSON"
  case .yaml: "it is YAML"
  case .xml: "it is XML"
  case .heapDump: "it is a heap dump of Go; 'heapscope held FILE PROGRAM' says who holds what"
  case .elf: "it is an ELF program; give the profile that the program wrote"
  case .png, .jpeg, .gif, .pdf: "it is a \(kind.rawValue.uppercased()) file"
  case .executionTrace: "it is a Go execution trace; look at it with 'go tool trace'"
  case .foldedStacks: "it is text in folded-stack form"
  case .pprofReport: "it is a report that pprof printed; give the profile it was made from"
  case .goroutineDump: "it is a goroutine dump; heap profiles come from /debug/pprof/heap"
  case .byteOrderMark: "it begins with a byte order mark, so it is text or was damaged as text"
  case .zeros: "it holds nothing but zero bytes"
  case .text: "it is text"
  case .binary: "unknown content"
  }
}

private func describe(_ error: LegacyProfileError) -> String {
  let format =
    switch error.format {
    case .binaryCPU: "binary CPU profile"
    case .javaCPU: "Java CPU profile"
    case .heapText: "text heap profile"
    case .jemallocHeap: "jemalloc heap profile"
    case .goCounts: "Go text profile"
    case .threads: "thread profile"
    case .contention: "contention profile"
    case .javaHeap: "Java heap profile"
    case .javaContention: "Java contention profile"
    case .symbolized: "profile with symbols"
    }
  return "damaged \(format), \(describe(error.position)): \(describe(error.problem))"
}

private func describe(_ position: LegacyProfileError.Position) -> String {
  switch position {
  case .line(let line): "line \(line)"
  case .byte(let byte): "byte \(byte)"
  }
}

private func describe(_ problem: LegacyProfileError.Problem) -> String {
  switch problem {
  case .unexpected(let expected): "expected \(expected)"
  case .truncated(let expected): "truncated: it ends where \(expected) should follow"
  case .outOfRange(let what): "\(what) does not fit 64 bits"
  case .overLimit(let what, let limit): "more than \(limit) \(what), the limit"
  }
}

/// Says how many records are missing from a profile, and why.
func describe(_ leftOut: LeftOutRecords) -> String {
  let records = leftOut.count == 1 ? "1 record" : "\(leftOut.count) records"
  return "left out \(records) with impossible counts, the first at "
    + "\(describe(leftOut.first.position)): \(describe(leftOut.first.problem))"
}
