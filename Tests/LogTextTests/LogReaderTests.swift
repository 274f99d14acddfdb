import LogText
import Testing

/// The lines of a text, read in pieces of some size.
func lines(_ bytes: some Sequence<UInt8>, pieces: Int = 1 << 16) -> [(text: String, line: LogLine)]
{
  var reader = LogReader()
  var result: [(String, LogLine)] = []
  let bytes = Array(bytes)
  var start = 0
  while start < bytes.count {
    let end = min(start + pieces, bytes.count)
    reader.add(bytes[start..<end]) { result.append((String(decoding: $0.text, as: UTF8.self), $0)) }
    start = end
  }
  reader.finish { result.append((String(decoding: $0.text, as: UTF8.self), $0)) }
  return result
}

func texts(_ text: String, pieces: Int = 1 << 16) -> [String] {
  lines(text.utf8, pieces: pieces).map(\.text)
}
