import Glibc

/// The figures of a case that `--save` stores.
struct Figures {
  /// The median ratio of the command's time to zlib's.
  var ratio: Double
  var peakBytes: Int

  /// Nil when they were not counted.
  var instructions: Int?

  func line(of key: String) -> String {
    "\(key)\t\(ratio)\t\(peakBytes)\t\(instructions.map(String.init) ?? "-")\n"
  }

  /// Reads the stored figures, by profile and case.
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

/// The contents of a file.
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
