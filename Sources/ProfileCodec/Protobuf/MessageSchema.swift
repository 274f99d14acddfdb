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

  /// Checks a message. protobuf-c allocates for each nested one, so their number is limited.
  ///
  /// - Returns: the message in protobuf's usual coding, or nil when the bytes
  ///   at hand are in it already.
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

  /// Visits the fields of a message, until the visitor has enough.
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
