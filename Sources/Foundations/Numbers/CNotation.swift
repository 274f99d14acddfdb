import CSystem

/// Returns the number in C's notation, as `printf` with the "C" locale writes it.
///
/// - Parameter format: one conversion for a double, for example `%.2f` or `%5.2g`.
package func formatted(_ value: Double, _ format: StaticString) -> String {
  // The largest double has 309 digits before its point.
  String(unsafeUninitializedCapacity: 400) { text in
    text.withMemoryRebound(to: CChar.self) { text in
      format.withUTF8Buffer { format in
        format.withMemoryRebound(to: CChar.self) { format in
          let length = formatDouble(text.baseAddress!, text.count, format.baseAddress!, value)
          return min(max(0, Int(length)), text.count - 1)
        }
      }
    }
  }
}
