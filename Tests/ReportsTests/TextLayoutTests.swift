import HeapscopeTestSupport
import Testing

@testable import Reports

@Suite("Layout of texts")
struct TextLayoutTests {
  private func laidOut(_ text: String, _ width: Int, isASCII: Bool = false) -> [String] {
    var style = TextStyle(usesColor: false, width: width, isTerminal: true)
    style.isASCII = isASCII
    var output = TextOutput()
    output.line(text)
    return String(decoding: output.laidOut(style).bytes, as: UTF8.self).split(separator: "\n")
      .map(String.init)
  }

  @Test("a line is broken at blanks, and its rest is below the column that it belongs to")
  func columns() {
    #expect(
      laidOut("  fix    print the length, not the map itself", 30) == [
        "  fix    print the length, not", "         the map itself",
      ])
    #expect(laidOut("one two three four", 9) == ["one two", "  three", "  four"])
    #expect(laidOut("short", 5) == ["short"])
  }

  @Test("a word longer than a line stays whole")
  func longWord() {
    let path = "git.corp.example/platform-team/shop/checkout/httpapi/api.go:37"
    #expect(laidOut("  in \(path) twice", 40) == ["  in", "    \(path)", "    twice"])
  }

  @Test("a no-break space keeps a command together, and is printed as a blank")
  func commands() {
    let command = "heapscope list '(*API).Checkout' heap.pb.gz"
    #expect(laidOut("  then \(command.unbroken)", 30) == ["  then", "    " + command])
  }

  @Test("a colour takes no room, ends with its line and continues in the next")
  func colors() {
    let lines = laidOut("  \u{1b}[2mone two three\u{1b}[0m four", 11)
    #expect(lines == ["  \u{1b}[2mone two\u{1b}[0m", "    \u{1b}[2mthree\u{1b}[0m", "    four"])
  }

  @Test("every broken line fits, and no word is lost", arguments: [20, 33, 80])
  func fits(width: Int) {
    var generator = SeededGenerator(seed: UInt64(width))
    for _ in 0..<200 {
      let words = (0..<30).map { _ in
        String(repeating: "w", count: .random(in: 1...(width / 2 - 4), using: &generator))
      }
      let line = words.reduce("") {
        $0 + String(repeating: " ", count: .random(in: 1...3, using: &generator)) + $1
      }
      let lines = laidOut(line, width)
      #expect(lines.allSatisfy { $0.count <= width })
      #expect(lines.flatMap { $0.split(separator: " ") } == line.split(separator: " "))
    }
  }

  @Test("a locale without Unicode gets ASCII alone, bars and arrows in its own way")
  func ascii() {
    #expect(
      laidOut("▁▄█ main.a → …b ≥ 3 × ≈4 größe", 80, isASCII: true) == [
        "_-# main.a -> ~b > 3 x ~4 gr??e"
      ])
    #expect(laidOut("▁▄█ main.a → …b", 80) == ["▁▄█ main.a → …b"])
  }
}

@Suite("Names in the room there is")
struct FittedNameTests {
  private let own = OwnNames(modulePath: "git.corp.example/platform-team/shop/checkout")

  @Test("the user's module is left out of names, wherever it is in them")
  func module() {
    let path = own.modulePath
    #expect(
      own.withoutModule("\(path)/internal/httpapi.(*API).Get") == "internal/httpapi.(*API).Get")
    #expect(own.withoutModule("\(path).Run") == "checkout.Run")
    #expect(own.withoutModule("slices.Sort[\(path)/order.ID]") == "slices.Sort[order.ID]")
    #expect(own.withoutModule("\(path)-v2/a.F") == "\(path)-v2/a.F")
    #expect(own.withoutModule("other.example/\(path)/a.F") == "other.example/\(path)/a.F")
    #expect(
      OwnNames(modulePath: "example.com/shop/v2").withoutModule("example.com/shop/v2.F")
        == "shop/v2.F")
  }

  @Test("the function of a row is shortened, and its file and line stay")
  func rows() {
    let row =
      "github.com/acme/widgets/internal/render.(*Painter).drawEverything /src/acme/widgets/paint.go:1234"
    for width in 40...100 {
      let text = row.fittedRow(to: width)
      #expect(text.hasSuffix("widgets/paint.go:1234"))
      #expect(text.count <= width)
    }
  }

  @Test("a chain of names loses its middle before its ends")
  func chains() {
    let names = ["a.First", "b.Second", "c.Third", "d.Fourth", "e.Last"]
    #expect(names.joined(fittedTo: 100) == "a.First → b.Second → c.Third → d.Fourth → e.Last")
    #expect(names.joined(fittedTo: 36) == "a.First → … → d.Fourth → e.Last")
    #expect(names.joined(fittedTo: 22) == "a.First → … → e.Last")
    #expect(["a.b", "c.d"].joined(fittedTo: 3) == "a.b → c.d")
  }
}
