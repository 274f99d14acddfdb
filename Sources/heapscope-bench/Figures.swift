import Glibc

/// What `--save` stores of a case.
struct Figures {
  /// Of the command's time to zlib's, the median.
  var ratio: Double
  var peakBytes: Int

  /// Where they were counted.
  var instructions: Int?

  func line(of key: String) -> String {
    "\(key)\t\(ratio)\t\(peakBytes)\t\(instructions.map(String.init) ?? "-")\n"
  }

  /// Reads what was stored, by profile and case.
  static func read(_ path: String) -> [String: Figures] {
    var result: [String: Figures] = [:]
    for line in text(of: path).split(separator: "\n") {
      let parts = line.split(separator: "\t")
      guard parts.count == 4, let ratio = Double(parts[1]), let peak = Int(parts[2]) else {
        fail("\(path): not what --save writes: \(line)")
      }
      result[String(parts[0])] = Figures(
        ratio: ratio, peakBytes: peak, instructions: Int(parts[3]))
    }
    return result
  }
}

/// What stands in a file.
func text(of path: String) -> String {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  if descriptor < 0 { fail("\(path): cannot read") }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(descriptor, &buffer, buffer.count)
    if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
    bytes += buffer[..<count]
  }
}
