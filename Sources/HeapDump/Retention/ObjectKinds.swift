/// What an object is, as far as the dump and the program show it: dumps contain no types.
package enum ObjectKind: Hashable, Sendable {
  /// Named by an interface that holds the object, or by the header of its block.
  case type(String)
  case array(of: String)
  case closure(String)
  case map

  // Parts of a map, recognized by the path to them.
  case mapDirectory, mapTable, mapEntries

  /// Only pointers.
  case pointers
  case plain
  case structure(pointers: Int)

  package var text: String {
    switch self {
    case .type(let name): name
    case .array(let name): "[]\(name)"
    case .closure(let name): "closure \(name)"
    case .map: "map"
    case .mapDirectory: "its directory"
    case .mapTable: "its table"
    case .mapEntries: "its entries"
    case .pointers: "slice of pointers"
    case .plain: "string or buffer"
    case .structure(1): "struct with a pointer"
    case .structure(let count): "struct with \(count) pointers"
    }
  }
}

extension Retention {
  /// An object's kind, judging by the object alone.
  package func kind(of object: Int) -> ObjectKind {
    let objects = dump.objects
    let shape = Int(objects.shapes[object])
    let size = Int(objects.shapeTable.sizes[shape])
    let pointers = Int(objects.shapeTable.pointerSlots[shape])
    let mark = Int(objects.marks[object])
    if mark == HeapDump.mapMark { return .map }
    if mark > HeapDump.mapMark, let kind = kind(mark: dump.marks[mark], size: size, pointers) {
      return kind
    }
    if pointers == 0 { return .plain }
    return pointers * 8 == size && pointers > 1 ? .pointers : .structure(pointers: pointers)
  }

  private func kind(mark word: UInt64, size: Int, _ pointers: Int) -> ObjectKind? {
    if word & HeapDump.typeFlag != 0 {
      return typeName(at: word & ~HeapDump.typeFlag).map(ObjectKind.type)
    }
    if let function = symbols?.function(at: word) { return .closure(function) }
    // Blocks of more than 512 bytes with pointers begin with the address of their type.
    guard size > 512, size <= 32 << 10, let name = typeName(at: word) else { return nil }
    let element = symbols?.typeSize(at: word) ?? 0
    return element > 0 && element <= UInt64(size) / 2 ? .array(of: name) : .type(name)
  }

  /// The name of a type, or of an itab's type.
  private func typeName(at word: UInt64) -> String? {
    let type = dump.itabTypes[word] ?? word
    if let name = dump.typeNames[type] ?? symbols?.typeName(at: type) { return name }
    return symbols?.itabTypeName(at: word)
  }

  /// An object's kind, if the path to it shows more: parts of a map.
  func kind(of object: Int, after outer: ObjectKind?) -> ObjectKind {
    let kind = kind(of: object)
    switch outer {
    case .map: return kind == .pointers || isPointerArray(object) ? .mapDirectory : .mapEntries
    case .mapDirectory: return .mapTable
    case .mapTable: return .mapEntries
    default: return kind
    }
  }

  /// A block of one pointer may also be a directory: that of a map with one table.
  private func isPointerArray(_ object: Int) -> Bool {
    let shape = Int(dump.objects.shapes[object])
    let slots = Int(dump.objects.shapeTable.pointerSlots[shape])
    return slots > 0 && slots * 8 == Int(dump.objects.shapeTable.sizes[shape])
  }
}
