import Foundations
import Testing

@Suite("Many numbers of one unit")
struct ValueScaleTests {
  @Test(
    "formatting many numbers of one unit gives the same texts as formatting each",
    arguments: [
      ("bytes", "auto"), ("bytes", "minimum"), ("bytes", "MB"), ("bytes", "ms"), ("ms", "auto"),
      ("count", "auto"), ("count", "kB"), ("req", "x"), ("GCU", "auto"), ("milliGCU", "GCU"),
      ("nanoseconds", "s"),
    ])
  func likeOneByOne(from: String, to: String) {
    let scale = ValueScale(from: from, to: to)
    // Ties of two digits, powers of the units, and what lies beside them.
    var values: [Int64] = [0, 1, 5, 999, 1000, 5243, 5242, 10_486, .max, .min, .max - 1]
    for bits in 0..<63 { values += [1 << bits, (1 << bits) - 1, (1 << bits) + 1] }
    for step: Int64 in 0..<2000 { values += [step * 128, step * 512 + 5, step * 1_310_720 / 7] }
    for value in values {
      #expect(
        String(decoding: scale.text(value), as: UTF8.self)
          == ScaledValue(value, from: from, to: to).text)
      #expect(
        String(decoding: scale.text(0 &- value), as: UTF8.self)
          == ScaledValue(0 &- value, from: from, to: to).text)
    }
  }
}
