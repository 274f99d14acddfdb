import Foundation
import Foundations
import HeapscopeTestSupport
import ProfileModel
import StackGraph
import Testing

@testable import Reports

@Suite("Lines of folded stacks")
struct FoldedLineTests {
  private func folded(_ profile: Profile) throws -> [String] {
    let selection = try Selection(profile, SelectionOptions())
    return String(decoding: try ReportContext(selection).foldedText().bytes, as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }

  @Test("folded stacks are root first and sorted, with equal stacks merged")
  func shape() throws {
    let profile = StackProfile.inBytes([
      "main.b": 1, "main.c < main.a": 2, "~main.c < main.a": 3, "main.a": 4, "main.b < main.b": 5,
    ])
    #expect(try folded(profile) == ["main.a 4", "main.a;main.c 5", "main.b 1", "main.b;main.b 5"])
  }

  @Test("semicolons and line ends in names are escaped in folded stacks")
  func separators() throws {
    var profile = StackProfile.inBytes(["c < a;b": 1, "b;c < a": 2, "c < b < a": 3])
    #expect(try folded(profile) == ["a;b;c 3", "a;b\\x3bc 2", "a\\x3bb;c 1"])
    profile.functions.names[1] = profile.strings.intern("x\ny")
    #expect(try folded(profile).contains("x\\x0ay;c 1"))
  }

  @Test("folded stacks count samples without a stack, and leave out zeros")
  func edges() throws {
    let profile = StackProfile.inBytes(["": 7, "main.a": 0, "main.b": 5, "main.b": -5])
    #expect(try folded(profile) == ["<no stack> 7"])
  }
}

@Suite("Times and durations as Go prints them")
struct GoTimeTests {
  @Test(
    "a duration is printed as Go prints it",
    arguments: [
      (0, "0s"), (1, "1ns"), (999, "999ns"), (1000, "1µs"), (1500, "1.5µs"), (2_000_000, "2ms"),
      (2_000_001, "2.000001ms"), (1_000_000_000, "1s"), (90_000_000_000, "1m30s"),
      (3_600_000_000_000, "1h0m0s"), (3_661_500_000_000, "1h1m1.5s"), (-1500, "-1.5µs"),
      (93_784_000_000_000, "26h3m4s"), (.max, "2562047h47m16.854775807s"),
      (.min, "-2562047h47m16.854775808s"), (60_000_000_000, "1m0s"),
      (59_999_999_999, "59.999999999s"),
    ] as [(Int64, String)])
  func durations(nanoseconds: Int64, text: String) {
    #expect(goDuration(nanoseconds) == text)
  }

  @Test(
    "a time is printed as Go prints it",
    arguments: [
      (0, "1970-01-01 00:00:00 +0000 UTC"), (1, "1970-01-01 00:00:00.000000001 +0000 UTC"),
      (-1, "1969-12-31 23:59:59.999999999 +0000 UTC"),
      (1_700_000_000_500_000_000, "2023-11-14 22:13:20.5 +0000 UTC"),
      (1_700_000_000_123_456_789, "2023-11-14 22:13:20.123456789 +0000 UTC"),
    ] as [(Int64, String)])
  func times(nanoseconds: Int64, text: String) {
    useUTC()
    #expect(goTime(nanoseconds) == text)
  }
}

@Suite("Numbers for people")
struct PeopleNumberTests {
  @Test(
    "a share is printed with the digits that matter",
    arguments: [
      (0, "0.0%"), (1, "100.0%"), (0.5, "50.0%"), (0.0004, "<0.1%"), (0.001, "0.1%"),
      (0.12345, "12.3%"), (0.9996, "100.0%"), (-0.25, "-25.0%"), (12.5, "1250.0%"),
    ] as [(Double, String)])
  func shares(share: Double, text: String) {
    #expect(percentText(share) == text)
  }

  @Test(
    "digits are grouped by thousands",
    arguments: [
      (0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000"),
      (.min, "-9,223,372,036,854,775,808"),
    ] as [(Int64, String)])
  func groups(value: Int64, text: String) {
    #expect(groupedDigits(value) == text)
  }

  @Test(
    "bars fill their width in eighths",
    arguments: [
      (0, "    "), (1, "████"), (0.5, "██  "), (0.25 / 8, "▏   "), (0.53125, "██▏ "), (2, "████"),
      (-1, "    "),
    ] as [(Double, String)])
  func bars(share: Double, bar: String) {
    #expect(TextStyle.bar(share, width: 4) == bar)
  }

  @Test("a long name loses its middle")
  func shortened() {
    #expect("abcdefghijklmnop".shortened(to: 10) == "abc…klmnop")
    #expect("abcdefghijklmnop".shortened(to: 16) == "abcdefghijklmnop")
  }
}

@Suite("Colours of pictures")
struct DotColorTests {
  @Test(
    "colours of change run from green over grey to red; what is no number has its own",
    arguments: [
      (1, true, "#edd5d5"), (-1, true, "#d5edd5"), (0, true, "#ededed"), (1, false, "#b20000"),
      (-1, false, "#00b200"), (0, false, "#b2b2b2"), (7, false, "#b20000"),
      (.nan, true, "#ed00d5"), (.nan, false, "#b20000"),
    ] as [(Double, Bool, String)])
  func colors(share: Double, isFill: Bool, color: String) {
    #expect(dotColor(share, isFill: isFill) == color)
  }
}

/// The times of these tests are in UTC.
private func useUTC() { _ = utc }

private let utc: Void = {
  setenv("TZ", "UTC", 1)
  tzset()
}()
