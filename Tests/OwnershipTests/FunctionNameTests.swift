import Ownership
import ProfileModel
import Testing

@Suite("Names of functions taken apart")
struct FunctionNameTests {
  private static let names = [
    "", "main.main", "fmt.Sprintf", "encoding/json.(*Encoder).Encode", "main.init", "main.init.0",
    "main.init.func1", "main.initialize", "main.init.12", "a/b.c/d.init", "gopkg.in/yaml%2ev2.Node",
    "gopkg.in/yaml%2ev2.init.3", "slices.Sorted[go.shape.string]", "m.F[a/b.T].func1",
    "x.init[int].0", "malloc", "C::d(int)", "main.", ".x", "/", "a/", "a/.b", "é.f", "b\u{1f4a9}",
    "100%.f", "main.a]b", "x/y",
  ]

  @Test(
    "splitting many function names gives the same packages as splitting each, each package once")
  func parts() {
    var profile = Profile()
    for (row, name) in Self.names.enumerated() {
      let text = profile.strings.intern(name)
      _ = profile.functions.append(
        id: UInt64(row + 1), name: text, systemName: text, file: .empty, startLine: 0)
    }
    let names = FunctionNames(profile)
    #expect(names.count == Self.names.count)
    for (row, text) in Self.names.enumerated() {
      let name = SymbolName(text.utf8)
      #expect(names[row] == name)
      #expect(names.package(of: row) == name.package, "\(text)")
      #expect(names.hasMember(row) == !name.member.isEmpty, "\(text)")
    }
    #expect(Set(names.packages).count == names.packages.count)
    let initializers = Self.names.indices.filter { names.isInitializer($0) }.map { Self.names[$0] }
    #expect(
      initializers == [
        "main.init", "main.init.0", "main.init.12", "a/b.c/d.init", "gopkg.in/yaml%2ev2.init.3",
        "x.init[int].0",
      ])
  }

  @Test("a library contains the packages below its path, and no others")
  func libraries() {
    #expect(KnownLibraries.isTransparent("go.uber.org/zap"))
    #expect(KnownLibraries.isTransparent("go.uber.org/zap/zapcore"))
    #expect(KnownLibraries.isTransparent("github.com/go-chi/httplog/v2"))
    #expect(KnownLibraries.isTransparent("gopkg.in/yaml.v2"))
    #expect(!KnownLibraries.isTransparent("go.uber.org/zapx"))
    #expect(!KnownLibraries.isTransparent("go.uber.org"))
    #expect(!KnownLibraries.isTransparent(""))
    #expect(KnownLibraries.isLogging("log/slog"))
    #expect(!KnownLibraries.isLogging("log/slog/internal"))
    #expect(KnownLibraries.isLogging("k8s.io/klog/v2"))
    #expect(!KnownLibraries.isLogging("gopkg.in/yaml.v3"))
  }
}
