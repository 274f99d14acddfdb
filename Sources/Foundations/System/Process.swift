import CSystem
import Glibc

/// Makes the allocator keep freed memory for the next array, up to 32 MiB each.
///
/// If it were returned, the kernel would have to clear it again: that took a third of the kernel's
/// time for a profile of 500,000 samples. The process ends soon anyway.
package func keepFreedMemory() {
  _ = mallopt(M_MMAP_THRESHOLD, 32 << 20)
  _ = mallopt(M_TRIM_THRESHOLD, 256 << 20)
}

/// The environment variables of this process.
package func processEnvironment() -> [String: String] {
  var result: [String: String] = [:]
  var entry = environ
  while let text = entry.pointee {
    // Split as bytes: splitting a String costs a tenth of a small run.
    if let equals = strchr(text, Int32(UInt8(ascii: "="))) {
      let name = UnsafeRawBufferPointer(start: text, count: equals - text)
      result[String(decoding: name, as: UTF8.self)] = String(cString: equals + 1)
    }
    entry += 1
  }
  return result
}

/// The first argument of this process that is not UTF-8, or nil.
package func firstInvalidArgument() -> [UInt8]? {
  for index in 1..<max(1, Int(CommandLine.argc)) {
    guard let word = CommandLine.unsafeArgv[index] else { break }
    let bytes = UnsafeRawBufferPointer(start: word, count: strlen(word))
    if bytes.contains(where: { $0 >= 0x80 }), String(validating: bytes, as: UTF8.self) == nil {
      return Array(bytes)
    }
  }
  return nil
}

/// The size of the terminal at a descriptor; nil when there is none, or it has no columns.
package func terminalSize(_ descriptor: Int32) -> (columns: Int, rows: Int)? {
  var size = winsize()
  guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
  return (Int(size.ws_col), Int(size.ws_row))
}
