import HeapDump

/// Describes why bytes are no heap dump: what was expected, where, and what to do.
func describe(_ error: DumpError) -> String {
  switch error {
  case .notADump(let kind):
    "not a heap dump of Go: \(describe(kind)); write one with runtime/debug.WriteHeapDump"
  case .truncated(let offset, let part):
    "truncated: the dump ends at byte \(offset), within its \(part.rawValue); a full disk cuts "
      + "dumps without an error: write it again where there is room"
  case .damaged(let damage, let offset):
    "damaged dump: \(describe(damage)), at byte \(offset)"
  case .unsupported(.bigEndian): "is of a big-endian machine, which heapscope does not read"
  case .unsupported(.pointerSize(let size)):
    "is of a machine with pointers of \(size) bytes; heapscope reads those of 8"
  case .limit(let limit): describe(limit)
  case .codec(let error): describe(error)
  }
}

private func describe(_ damage: DumpDamage) -> String {
  func hex(_ number: UInt64) -> String { "0x" + String(number, radix: 16) }
  return switch damage {
  case .number: "a number of more than 64 bits"
  case .unknownRecord(let tag): "a record of the unknown kind \(tag)"
  case .misplacedRecord(let tag): "a record of kind \(tag) where none can be"
  case .objectAddress(let address): "an object at \(hex(address)), where none can be"
  case .objectSize(let size): "an object of \(size) bytes, which is no size"
  case .overlappingObject(let address): "the object at \(hex(address)) lies over another"
  case .field(let kind): "a field of the unknown kind \(kind)"
  case .fieldOffset(let offset): "a pointer at offset \(offset) of a record, where none can be"
  case .nameLength(let length): "a name of \(length) bytes"
  case .segment(let address): "variables at \(hex(address)), where none can be"
  case .frame: "a frame of a size that no stack has"
  case .bytesAfterEnd: "bytes behind its end"
  }
}

private func describe(_ limit: DumpLimit) -> String {
  switch limit {
  case .heapAddresses: "its heap goes over more than 32 GB of addresses, the limit"
  case .edges: "it has more than 4,294,967,294 pointers or 2,147,483,647 objects, the limit"
  case .names: "its names take too much memory"
  case .goroutines: "it has too many goroutines"
  case .segment: "its variables take too much memory"
  }
}

func describe(_ failure: ProgramSymbols.Failure) -> String {
  switch failure {
  case .notAFile: "is no regular file; a program cannot come through a pipe"
  case .notAProgram: "is no program in ELF form; give the binary that wrote the dump"
  case .otherMachine: "is a program for another kind of machine than the dump is of"
  case .damaged(let reason): "damaged program: \(reason)"
  case .tooManySymbols: "has too many symbols"
  }
}
