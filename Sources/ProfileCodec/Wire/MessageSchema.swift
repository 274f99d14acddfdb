/// Which fields of a message are known, and how they must be encoded.
///
/// protobuf-c says only yes or no to a message, and it stops at tags or
/// lengths that are written wider than five bytes, which are legal. So each
/// message is checked here first, with a place for each error, and rewritten
/// in the usual coding when it uses an unusual one.
struct MessageSchema {
  let kind: MessageKind

  /// Field numbers from 1 up to this one are known.
  let knownFields: Int

  /// The field that holds messages of their own; all others are varints.
  let nested: (field: Int, kind: MessageKind, knownFields: Int)?

  static let valueType = MessageSchema(kind: .sampleType, knownFields: 2, nested: nil)
  static let label = MessageSchema(kind: .label, knownFields: 4, nested: nil)
  static let mapping = MessageSchema(kind: .mapping, knownFields: 10, nested: nil)
  static let function = MessageSchema(kind: .function, knownFields: 5, nested: nil)
  static let location = MessageSchema(kind: .location, knownFields: 5, nested: (4, .line, 3))

  /// Checks a message.
  ///
  /// - Returns: the message in protobuf's usual coding, or nil when the bytes
  ///   at hand are in it already.
  func check(_ reader: consuming WireReader) throws(CodecError) -> [UInt8]? {
    let start = reader.position
    var isUsual = true
    try walk(&reader) { _, _, usual in isUsual = isUsual && usual }
    if isUsual { return nil }
    reader.position = start
    return try rewritten(&reader)
  }

  private func walk(
    _ reader: inout WireReader, _ visit: (_ field: Int, _ wireType: Int, _ usual: Bool) -> Void
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
        try inner.walk(&innerReader) { _, _, innerUsual in usual = usual && innerUsual }
      } else if field <= knownFields, wireType != 0 || field == nested?.field {
        throw reader.failure(.wrongWireType(field: field, found: wireType), at: start)
      } else {
        try reader.skip(field: field, wireType: wireType)
      }
      visit(field, wireType, usual)
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
