import HeapscopeTestSupport
import Ownership
import ProfileModel
import Testing

@Suite("Ownership of long names and many functions")
struct OwnershipGrowthTests {
  @Test("a package is in a known library exactly if one of its prefixes is known")
  func packages() {
    var random = SeededGenerator(seed: 1)
    let known = KnownLibraries.transparent
    let sorted = known.sorted()
    for _ in 0..<20_000 {
      var elements = random.pick(sorted).split(separator: "/").map(String.init)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: elements.removeLast()
      case 1: elements.append("internal")
      case 2: elements[elements.count - 1] += "x"
      case 3: elements += Array(repeating: "d", count: 50)
      case 4: elements.insert("x", at: Int.random(in: elements.indices, using: &random))
      default: break
      }
      let package = elements.joined(separator: "/")
      let expected = (1...max(1, elements.count)).contains {
        known.contains(elements.prefix($0).joined(separator: "/"))
      }
      #expect(KnownLibraries.isTransparent(package) == expected, "\(package)")
    }
  }

  @Test("a package path of a million folders is read only as far as a known path goes")
  func longPackage() {
    let folders = String(repeating: "/d", count: 1_000_000)
    #expect(KnownLibraries.isTransparent("github.com/samber/lo" + folders))
    #expect(!KnownLibraries.isTransparent("example.com" + folders))
  }

  @Test("a long file name is read once, however many functions share it")
  func longFile() {
    let count = 20_000
    var profile = Profile()
    let file = profile.strings.intern("/src/" + String(repeating: "x", count: 4 << 20) + ".go")
    for row in 0..<count {
      let name = profile.strings.intern("fmt.F\(row)")
      _ = profile.functions.append(
        id: UInt64(row + 1), name: name, systemName: name, file: file, startLine: 0)
    }
    var options = OwnershipOptions()
    #expect(Ownership(profile, options).blame.ranks[count - 1] == .surest)
    options.isNotOwn = { $0.hasSuffix("x.go") }
    #expect(Ownership(profile, options).blame.ranks.allSatisfy { $0 == .never })
  }
}
