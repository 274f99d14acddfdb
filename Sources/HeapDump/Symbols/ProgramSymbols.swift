import CELF
import Foundations
import Glibc

/// The names of a program's functions and variables, from the symbol table of its ELF file.
///
/// libelf reads it and checks what it reads: any section may be missing or wrong.
package struct ProgramSymbols: Sendable {
  /// A named piece of the program, with its address in the file.
  package struct Symbol: Sendable {
    package var address: UInt64
    package var size: UInt64
    var name: Range<Int>
  }

  /// Sorted by address.
  private(set) var variables: [Symbol] = []
  private(set) var functions: [Symbol] = []

  /// Symbols that only mark a place, for example `runtime.data`.
  private var places: [String: UInt64] = [:]

  /// The program may be loaded at any address.
  package private(set) var isRelocatable = false

  /// The offset of addresses in the dump from those in the file.
  package internal(set) var bias: UInt64 = 0

  /// Types, if the file has them.
  private(set) var types: TypeData?

  private var names: [UInt8] = []

  package enum Failure: Error, Equatable, Sendable {
    case notAFile
    case notAProgram
    case otherMachine
    case damaged(String)
    case tooManySymbols
  }

  /// Symbols that give the place of the runtime's tables.
  private static let placeNames: Set<String> = [
    "runtime.data", "runtime.edata", "runtime.bss", "runtime.ebss", "runtime.types",
    "runtime.etypes",
  ]

  private static let symbolLimit = 1 << 24
  private static let nameLimit = 1 << 30

  /// Reads the symbols of an open file; after `strip` there may be none.
  package init(descriptor: Int32) throws(Failure) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .notAFile
    }
    guard elf_version(UInt32(EV_CURRENT)) != UInt32(EV_NONE) else { throw .damaged("libelf") }
    guard let file = elf_begin(descriptor, ELF_C_READ, nil) else { throw Self.failure() }
    defer { elf_end(file) }
    guard elf_kind(file) == ELF_K_ELF else { throw .notAProgram }
    var header = GElf_Ehdr()
    guard gelf_getehdr(file, &header) != nil else { throw Self.failure() }
    guard gelf_getclass(file) == ELFCLASS64, header.e_ident.5 == UInt8(ELFDATA2LSB) else {
      throw .otherMachine
    }
    isRelocatable = header.e_type == UInt16(ET_DYN)
    var section = elf_nextscn(file, nil)
    while let current = section {
      var sectionHeader = GElf_Shdr()
      guard gelf_getshdr(current, &sectionHeader) != nil else { throw Self.failure() }
      if sectionHeader.sh_type == UInt32(SHT_SYMTAB) {
        try readSymbols(file, current, sectionHeader)
      }
      section = elf_nextscn(file, current)
    }
    variables.sort { ($0.address, $0.size) < ($1.address, $1.size) }
    functions.sort { ($0.address, $0.size) < ($1.address, $1.size) }
    types = TypeData(file, start: places["runtime.types"], end: places["runtime.etypes"])
  }

  private static func failure() -> Failure {
    let message = elf_errmsg(-1).map { String(cString: $0) } ?? "unknown"
    return .damaged(message)
  }

  private mutating func readSymbols(
    _ file: OpaquePointer, _ section: OpaquePointer, _ header: GElf_Shdr
  ) throws(Failure) {
    guard let data = elf_getdata(section, nil) else { throw Self.failure() }
    let count = data.pointee.d_size / MemoryLayout<Elf64_Sym>.size
    guard count <= Self.symbolLimit else { throw .tooManySymbols }
    for row in 0..<count {
      var symbol = GElf_Sym()
      guard gelf_getsym(data, Int32(row), &symbol) != nil else { throw Self.failure() }
      let kind = Int32(symbol.st_info & 0xf)
      guard symbol.st_shndx != UInt16(SHN_UNDEF), symbol.st_value != 0,
        kind == STT_OBJECT || kind == STT_FUNC || kind == STT_NOTYPE,
        let text = elf_strptr(file, Int(header.sh_link), Int(symbol.st_name))
      else { continue }
      if symbol.st_size == 0 || symbol.st_size > .max - symbol.st_value {
        let name = String(cString: text)
        if Self.placeNames.contains(name) { places[name] = symbol.st_value }
        // A function written in assembly may have no size.
        if kind != STT_FUNC { continue }
      } else if kind == STT_NOTYPE {
        continue
      }
      // Places may also have sizes.
      let length = strlen(text)
      guard names.count + length <= Self.nameLimit else { throw .tooManySymbols }
      let start = names.count
      names.append(contentsOf: UnsafeRawBufferPointer(start: text, count: length))
      if names[start..<start + length].starts(with: "runtime.".utf8) {
        let name = String(decoding: names[start..<start + length], as: UTF8.self)
        if Self.placeNames.contains(name) {
          places[name] = symbol.st_value
          if kind == STT_OBJECT, symbol.st_size <= 1 { continue }
        }
      }
      let entry = Symbol(
        address: symbol.st_value, size: symbol.st_size, name: start..<start + length)
      if kind == STT_FUNC { functions.append(entry) } else { variables.append(entry) }
    }
  }

  package var isEmpty: Bool { variables.isEmpty && functions.isEmpty }

  /// The name as in Go programs: files escape dots in the last element of a path.
  func name(_ symbol: Symbol) -> String {
    String(decoding: names[symbol.name], as: UTF8.self).replacing("%2e", with: ".")
  }

  /// The row of the variable that contains an address of the dump.
  func variable(at address: UInt64) -> Int? { Self.find(address &- bias, variables) }

  /// The name of the function that begins at an address of the dump.
  func function(at address: UInt64) -> String? {
    let address = address &- bias
    guard let row = Self.find(address, functions, orAtStart: true),
      functions[row].address == address
    else { return nil }
    return name(functions[row])
  }

  /// Where the next variable after an address of the dump begins.
  func nextVariable(after address: UInt64) -> UInt64? {
    let row = Self.count(notBeyond: address &- bias, variables)
    return row < variables.count ? variables[row].address &+ bias : nil
  }

  /// How many symbols begin at an address or before it.
  private static func count(notBeyond address: UInt64, _ symbols: [Symbol]) -> Int {
    firstNumber(in: 0..<symbols.count) { symbols[$0].address > address }
  }

  private static func find(
    _ address: UInt64, _ symbols: [Symbol], orAtStart: Bool = false
  ) -> Int? {
    var row = count(notBeyond: address, symbols)
    // Of several that begin at one address the longest comes last.
    guard row > 0 else { return nil }
    row -= 1
    if orAtStart, symbols[row].address == address { return row }
    return address - symbols[row].address < symbols[row].size ? row : nil
  }

  // MARK: Whether it is the program

  /// Determines where the program was loaded in memory.
  ///
  /// - Returns: false when it is not the program that wrote the dump.
  package mutating func locate(in dump: HeapDump) -> Bool {
    func difference(_ isBSS: Bool, _ place: String) -> UInt64? {
      guard let segment = dump.segments.first(where: { $0.isBSS == isBSS }),
        let address = places[place]
      else { return nil }
      return segment.address &- address
    }
    let differences = [difference(false, "runtime.data"), difference(true, "runtime.bss")]
      .compactMap(\.self)
    guard let first = differences.first else { return true }
    if differences.contains(where: { $0 != first }) || !isRelocatable && first != 0 { return false }
    bias = first
    // Another build may have variables at the same addresses, but hardly all functions.
    var matching = 0
    for (entry, name) in dump.frameEntries where function(at: entry) == name { matching += 1 }
    return functions.isEmpty || dump.frameEntries.isEmpty
      || matching * 2 > dump.frameEntries.count
  }

  /// The name of the type at an address of the dump, without the star of a pointer.
  func typeName(at address: UInt64) -> String? { types?.name(at: address &- bias) }

  func typeSize(at address: UInt64) -> UInt64? { types?.size(of: address &- bias) }

  /// The type of an itab of the dump, from the itab's own name: `go:itab.*os.File,io.Reader`.
  func itabTypeName(at address: UInt64) -> String? {
    guard let row = variable(at: address) else { return nil }
    let name = name(variables[row])
    guard name.hasPrefix("go:itab.") || name.hasPrefix("go.itab.") else { return nil }
    var depth = 0
    var type = ""
    for character in name.dropFirst("go:itab.".count) {
      if character == "[" { depth += 1 }
      if character == "]" { depth -= 1 }
      if character == ",", depth == 0 { break }
      type.append(character)
    }
    return type.hasPrefix("*") ? String(type.dropFirst()) : type
  }
}
