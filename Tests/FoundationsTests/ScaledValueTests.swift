import Foundations
import Testing

@Suite("Numbers with units")
struct ScaledValueTests {
  @Test(
    "a number with a unit is written as pprof writes it",
    arguments: [
      (0, "bytes", "auto", "0"), (1, "bytes", "auto", "1B"), (1023, "bytes", "auto", "1023B"),
      (1024, "bytes", "auto", "1kB"), (1536, "bytes", "auto", "1.50kB"),
      (1_048_575, "bytes", "auto", "1024kB"), (1 << 50, "bytes", "auto", "1PB"),
      (.max, "bytes", "auto", "8192PB"), (.min, "bytes", "auto", "-8192PB"),
      (-2048, "bytes", "minimum", "-2kB"), (5, "bytes", "MB", "0"), (6000, "bytes", "MB", "0.01MB"),
      (5000, "bytes", "MB", "0"), (1024, "kilobytes", "auto", "1MB"), (3, "bytes", "ms", "3B"),
      (1, "bytes", "kilobyte", "0"), (2048, "Bytes", "KBytes", "2kB"),
      (1500, "ms", "auto", "1.50s"), (90, "s", "auto", "90s"), (7200, "s", "auto", "2hrs"),
      (1, "ns", "auto", "1ns"), (1, "seconds", "us", "1000000us"), (1, "s", "bytes", "1s"),
      (1, "nanosecond", "hours", "0"), (5, "count", "auto", "5"), (5, "count", "kB", "5kB"),
      (5, "req", "minimum", "5"), (5, "req", "count", "5"), (5, "req", "x", "5x"),
      (5, "", "", "5"), (1000, "GCU", "auto", "1k*GCU"), (1, "milliGCU", "auto", "1m*GCU"),
    ] as [(Int64, String, String, String)])
  func texts(value: Int64, from: String, to: String, text: String) {
    #expect(ScaledValue(value, from: from, to: to).text == text)
  }

  @Test(
    "a percentage takes five characters before the sign, and 100 % is written without decimals",
    arguments: [
      (0, 0, "    0%"), (5, 0, "    0%"), (0, 7, "    0%"), (1, 1, "  100%"),
      (9995, 10000, "  100%"),
      (9994, 10000, "99.94%"), (10005, 10000, "  100%"), (10006, 10000, "100.06%"),
      (1, 100, " 1.00%"), (99, 10000, " 0.99%"), (1, 1000, "  0.1%"), (1, 800, " 0.12%"),
      (995, 100_000, "    1%"), (1, 1_000_000, "0.0001%"), (1, 10_000_000, "1e-05%"),
      (-1, 4, "25.00%"),
      (1, -4, "25.00%"), (.max, 1, "922337203685477580800.00%"),
    ] as [(Int64, Int64, String)])
  func percentages(value: Int64, total: Int64, text: String) {
    #expect(percentage(value, of: total) == text)
  }
}
