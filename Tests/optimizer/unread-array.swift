// A mistake of Swift's optimizer in as few lines as show it: docs/workarounds.md.
// Tests/check-optimizer compiles and runs this with the address sanitizer.

enum Known {
  // That this starts a global makes the compiler prepare the making of an array of a
  // text's bytes before all else, so that later it is put into its callers whole.
  static let numbers = "1".split(separator: "\n").map { Int($0) }
}

struct Pattern {
  var package: String
  var member: [UInt8]

  init(_ text: String) {
    package = text
    member = Array(text.utf8.dropLast())
  }
}

@main enum Program {
  static func main() {
    let texts = (0..<50).map { String(repeating: "~", count: 10 + 137 * $0) }
    // Nothing reads `member`. So its memory is released as soon as it is there, and
    // filled after that.
    let packages = texts.map { Pattern($0).package }
    print(packages.count, Known.numbers.count)
  }
}
