import Glibc

/// Returns the number in C's notation, as `printf` with the "C" locale writes it.
///
/// - Parameter format: one conversion for a double, such as `%.2f` or `%5.2g`.
package func formatted(_ value: Double, _ format: StaticString) -> String {
  var buffer = [CChar](repeating: 0, count: 400)
  let length = withVaList([value]) { arguments in
    format.withUTF8Buffer { format in
      format.withMemoryRebound(to: CChar.self) {
        vsnprintf(&buffer, buffer.count, $0.baseAddress!, arguments)
      }
    }
  }
  let text = buffer.prefix(max(0, Int(length))).map { UInt8(bitPattern: $0) }
  return String(decoding: text, as: UTF8.self)
}
