/// A bar per value, from 0 to the largest, in at most this many characters: the last values are
/// shown.
func sparkline(_ values: [Int64], width: Int) -> String {
  let bars = Array("▁▂▃▄▅▆▇█")
  let shown = values.suffix(width)
  let largest = Double(shown.map(\.magnitude).max() ?? 0)
  return String(
    shown.map { largest == 0 ? bars[0] : bars[Int(Double($0.magnitude) / largest * 7)] })
}

/// At most this many of the values, each the largest of its interval.
func thinned(_ values: [Int64], to count: Int) -> [Int64] {
  if values.count <= count || count < 1 { return values }
  return (0..<count).map { part in
    values[(part * values.count / count)..<((part + 1) * values.count / count)].max() ?? 0
  }
}
