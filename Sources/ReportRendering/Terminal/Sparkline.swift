/// A bar a value, from nothing to the largest, in at most so many characters:
/// the last values count.
func sparkline(_ values: [Int64], width: Int) -> String {
  let bars = Array("▁▂▃▄▅▆▇█")
  let shown = values.suffix(width)
  let largest = Double(shown.map(\.magnitude).max() ?? 0)
  return String(
    shown.map { largest == 0 ? bars[0] : bars[Int(Double($0.magnitude) / largest * 7)] })
}
