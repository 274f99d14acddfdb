import CELF
import Glibc

/// The names of a Go program's types, from its own type descriptors (`abi.Type`).
struct TypeData: Sendable {
  /// The address of the first type, which name offsets are relative to.
  private let start: UInt64

  /// The section with the types, and its address.
  private let bytes: [UInt8]
  private let address: UInt64

  private static let sizeLimit: UInt64 = 512 << 20

  init?(_ file: OpaquePointer, start: UInt64?, end: UInt64?) {
    guard let start, let end, start < end else { return nil }
    self.start = start
    var section = elf_nextscn(file, nil)
    while let current = section {
      var header = GElf_Shdr()
      if gelf_getshdr(current, &header) != nil, header.sh_type == UInt32(SHT_PROGBITS),
        header.sh_addr <= start, start - header.sh_addr < header.sh_size,
        header.sh_size <= Self.sizeLimit, let data = elf_rawdata(current, nil),
        let buffer = data.pointee.d_buf
      {
        address = header.sh_addr
        bytes = Array(UnsafeRawBufferPointer(start: buffer, count: data.pointee.d_size))
        return
      }
      section = elf_nextscn(file, current)
    }
    return nil
  }

  /// The size of a value of the type, in bytes.
  func size(of type: UInt64) -> UInt64? { number(type, byteCount: 8) }

  private func number(_ place: UInt64, byteCount: UInt64) -> UInt64? {
    var number: UInt64 = 0
    for index in 0..<byteCount {
      guard let byte = byte(place &+ index) else { return nil }
      number |= UInt64(byte) << (8 * index)
    }
    return number
  }

  private enum Layout {
    static let flags: UInt64 = 20
    static let name: UInt64 = 40
    static let hasStar: UInt8 = 1 << 1
  }

  private func byte(_ place: UInt64) -> UInt8? {
    guard place >= address, place - address < UInt64(bytes.count) else { return nil }
    return bytes[Int(place - address)]
  }

  /// Returns the name of the type at an address; for a pointer, that of its target type.
  func name(at type: UInt64) -> String? {
    guard let flags = byte(type &+ Layout.flags),
      let offset = number(type &+ Layout.name, byteCount: 4)
    else { return nil }
    // A byte of flags, a varint of the length, the text.
    var place = start &+ offset &+ 1
    var length = 0
    var shift = 0
    while true {
      guard let byte = byte(place), shift < 28 else { return nil }
      place += 1
      length |= Int(byte & 0x7f) << shift
      shift += 7
      if byte < 0x80 { break }
    }
    guard length > 0, length < 4096, byte(place) != nil, byte(place &+ UInt64(length) &- 1) != nil
    else { return nil }
    let first = Int(place - address)
    var text = bytes[first..<first + length]
    if flags & Layout.hasStar != 0, text.first == UInt8(ascii: "*") { text = text.dropFirst() }
    if text.first == UInt8(ascii: "*") { text = text.dropFirst() }
    guard text.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }),
      let name = String(validating: text, as: UTF8.self)
    else { return nil }
    return name
  }
}
