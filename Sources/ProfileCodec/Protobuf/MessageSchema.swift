/// The known fields of a message, and how they must be encoded.
///
/// protobuf-c accepts or rejects a whole message without saying why, and rejects tags or lengths
/// encoded in more than five bytes, which are legal. So each message is checked here first, giving
/// every error a position, and is re-encoded in the usual way when it uses an unusual one.
struct MessageSchema {
  let kind: MessageKind

  /// Field numbers from 1 up to this one are known.
  let knownFields: Int

  /// The field with nested messages; all others are varints.
  let nested: (field: Int, kind: MessageKind, knownFields: Int)?

  static let valueType = MessageSchema(kind: .sampleType, knownFields: 2, nested: nil)
  static let label = MessageSchema(kind: .label, knownFields: 4, nested: nil)
  static let mapping = MessageSchema(kind: .mapping, knownFields: 10, nested: nil)
  static let function = MessageSchema(kind: .function, knownFields: 5, nested: nil)
  static let location = MessageSchema(kind: .location, knownFields: 5, nested: (4, .line, 3))

  /// Checks a message. protobuf-c allocates for each nested one, so their number is limited.
  ///
  /// - Returns: the message in protobuf's usual encoding, or nil when the bytes already are.
  func check(_ reader: consuming WireReader, limits: ReadLimits) throws(CodecError) -> [UInt8]? {
    let start = reader.position
    var isUsual = true
    var nestedLeft = limits.linesPerLocation
    try walk(&reader) { field, usual in
      isUsual = isUsual && usual
      if field == nested?.field { nestedLeft -= 1 }
      return nestedLeft >= 0
    }
    if nestedLeft < 0 { throw .limit(.inlinedLines, limit: limits.linesPerLocation) }
    if isUsual { return nil }
    reader.position = start
    return try rewritten(&reader)
  }

  /// Visits the fields of a message until the visitor stops.
  private func walk(
    _ reader: inout WireReader, _ visit: (_ field: Int, _ usual: Bool) -> Bool
  ) throws(CodecError) {
    while !reader.isAtEnd {
      let start = reader.position
      let (field, wireType) = try reader.tag()
      var usual = field <= knownFields && reader.position - start <= 2
      if let nested, field == nested.field, wireType == 2 {
        let lengthStart = reader.position
        let range = try reader.lengthDelimited()
        usual = usual && range.lowerBound - lengthStart <= 5
        let inner = MessageSchema(kind: nested.kind, knownFields: nested.knownFields, nested: nil)
        var innerReader = WireReader(
          reader.bytes, range, origin: reader.origin, message: nested.kind)
        try inner.walk(&innerReader) { _, innerUsual in
          usual = usual && innerUsual
          return true
        }
      } else if field <= knownFields, wireType != 0 || field == nested?.field {
        throw reader.failure(.wrongWireType(field: field, found: wireType), at: start)
      } else {
        try reader.skip(field: field, wireType: wireType)
      }
      guard visit(field, usual) else { return }
    }
  }

  private func rewritten(_ reader: inout WireReader) throws(CodecError) -> [UInt8] {
    var writer = WireWriter()
    while !reader.isAtEnd {
      let (field, wireType) = try reader.tag()
      if let nested, field == nested.field {
        let range = try reader.lengthDelimited()
        let inner = MessageSchema(kind: nested.kind, knownFields: nested.knownFields, nested: nil)
        var innerReader = WireReader(
          reader.bytes, range, origin: reader.origin, message: nested.kind)
        writer.bytes(field, try inner.rewritten(&innerReader))
      } else if field <= knownFields {
        writer.varint(field, try reader.varint())
      } else {
        try reader.skip(field: field, wireType: wireType)
      }
    }
    return writer.output
  }
}
