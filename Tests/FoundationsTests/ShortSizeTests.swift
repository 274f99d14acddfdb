import Foundations
import Testing

@Suite("Sizes in three digits")
struct ShortSizeTests {
  @Test(
    "a size has three digits, or all of its whole part, and its unit",
    arguments: [
      (0, "0"), (7, "7B"), (1_023, "1,023B"), (1_024, "1kB"), (1_280, "1.25kB"),
      (882_900_000, "842MB"), (8_912_896, "8.5MB"), (104_857_600, "100MB"), (10_480_000, "9.99MB"),
      (10_484_000, "10MB"), (-1_536, "-1.5kB"), (1_048_000_000, "999MB"),
      (1_048_500_000, "1,000MB"),
      (.max, "8,192PB"),
    ] as [(Int64, String)])
  func bytes(value: Int64, text: String) {
    #expect(shortText(value, from: "bytes") == text)
  }

  @Test("sizes in other units have three digits too, and counts have no unit")
  func others() {
    #expect(shortText(1_500_000, from: "nanoseconds") == "1.5ms")
    #expect(shortText(12_345, from: "count") == "12,345")
  }
}
