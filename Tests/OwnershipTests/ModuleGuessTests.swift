import HeapscopeTestSupport
import Ownership
import ProfileModel
import Testing

@Suite("The guess of the user's module")
struct ModuleGuessTests {
  private func module(_ stacks: [String], binary: String = "") -> String {
    Ownership(profile(stacks, binary: binary)).modulePath
  }

  private func profile(_ stacks: [String], binary: String = "") -> Profile {
    var builder = StackProfile()
    builder.standardRoot = "/usr/local/go/src/"
    for stack in stacks { builder.add(stack, [1]) }
    var profile = builder.profile
    if !binary.isEmpty {
      profile.mappings = [Mapping(id: 1, file: profile.strings.intern(binary))]
    }
    return profile
  }

  @Test(
    "the guessed module is what its packages have in common",
    arguments: [
      (
        [
          "github.com/acme/shop/internal/audit.f@/w/audit.go",
          "github.com/acme/shop/views.g@/w/views.go",
        ], "github.com/acme/shop"
      ),
      (["main.f@example.com/shop/cmd/server/main.go"], "example.com/shop"),
      (["main.f@/w/main.go"], ""), (["main.f@shop/cmd/server/main.go"], "shop"),
      (
        ["main.f@example.com/a/main.go", "example.com/b.f@/w/b.go", "example.com/b.g@/w/b.go"],
        "example.com/a"
      ),
      (["std::f(int)@/w/a.cc"], ""),
      (
        [
          "example.com/shop/internal/a.f@/w/a.go",
          "github.com/x/y.g@/pkg/mod/github.com/x/y@v1.0.0/y.go",
        ], "example.com/shop"
      ),
      // Only a package below the module: owner and name show how long the module's path is.
      (["github.com/acme/shop/store/disk.f@/w/store/disk/d.go"], "github.com/acme/shop"),
      (["git.corp.example/team/shop/store/disk.f@/w/d.go"], "git.corp.example/team/shop"),
      (
        ["example.com/shop/v2/store.f@/w/d.go", "example.com/shop/v2.g@/w/s.go"],
        "example.com/shop/v2"
      ),
      // What is internal to a host is of one module.
      (
        ["go.lang.example/eval.f@/w/eval/e.go < go.lang.example/internal/code.g@/w/internal/c.go"],
        "go.lang.example"
      ),
    ])
  func common(stacks: [String], expected: String) {
    #expect(module(stacks) == expected)
  }

  @Test("package main's path follows from the places of the other packages")
  func mainPackage() {
    // A module's own folder has a different name than the module.
    let helper = "example.com/corp/shop/web.Serve@/src/checkout/web/w.go:3"
    #expect(module([helper + " < main.main@/src/checkout/main.go:9"]) == "example.com/corp/shop")
    #expect(
      module([helper + " < main.main@/src/checkout/cmd/x/m.go:9"]) == "example.com/corp/shop")
    // A folder beside a module may be anything.
    #expect(module([helper, "main.main@/src/other/main.go:9"]) == "example.com/corp/shop")
    let shop = "example.com/shop/api.f@/src/shop/api/a.go:3"
    #expect(module([shop + " < main.main@/src/app/main.go:9"]) == "example.com/shop/api")
    // Below GOPATH, packages of others show it too.
    let gopath = (1...5).map { "github.com/x/y.F\($0)@/go/src/github.com/x/y/y.go:1" }
    #expect(
      module(gopath + ["main.main@/go/src/git.corp.example/me/tool/main.go:3"])
        == "git.corp.example/me/tool")
    // Bazel's paths begin with the workspace.
    let bazel = [
      "example.com/shop/web.Serve@web/serve.go:3 < main.main@cmd/shop/main.go:1",
      "github.com/x/y/z.F@external/com_github_x_y/z/z.go:1",
      "github.com/x/y/z.G@external/com_github_x_y/z/z.go:1",
    ]
    #expect(module(bazel) == "example.com/shop")
    // Installed out of the module cache.
    #expect(
      module(["main.main@/root/go/pkg/mod/github.com/!acme/tool@v1.2.0/cmd/tool/main.go:3"])
        == "github.com/Acme/tool")
  }

  @Test("the package under test is the user's, whatever else has more functions")
  func tests() {
    let others = (1...9).map {
      "github.com/x/dep.F\($0)@/usr/share/gocode/src/github.com/x/dep/d.go:1"
    }
    let test =
      "github.com/acme/kv_test.BenchmarkPut@/usr/share/gocode/src/github.com/acme/kv/kv_test.go:9"
      + " < testing.(*B).runN < testing.(*B).run1.func1"
    #expect(module(others + [test]) == "github.com/acme/kv")
    // A helper of the tests, in the package itself.
    let helper = "go.kv.example/kv/store.loop@/w/store/loop_test.go:9 < testing.(*B).runN"
    #expect(module(others + [helper]) == "go.kv.example/kv/store")
    // Of a known library, too: its functions are the user's then.
    let library =
      "gopkg.in/yaml%2ev3.unmarshal@/w/yaml.v3/yaml.go:3 < gopkg.in/yaml%2ev3_test.BenchmarkX@/w/yaml.v3/x_test.go:5"
      + " < testing.(*B).runN"
    let ownership = Ownership(profile([library]))
    #expect(ownership.modulePath == "gopkg.in/yaml.v3")
    #expect(ownership.blame.isOwn.prefix(2) == [true, true])
    // Nothing of it says so where it is not under test.
    #expect(module(["gopkg.in/yaml%2ev3.unmarshal@/w/yaml.v3/yaml.go:3"]) == "")
  }

  @Test("the binary's name decides among modules, and only functions that samples run count")
  func evidence() {
    let packages = [
      "github.com/acme/orders/api.f@/go/src/github.com/acme/orders/api/a.go:1",
      "github.com/x/big.f@/go/src/github.com/x/big/b.go:1",
      "github.com/x/big.g@/go/src/github.com/x/big/b.go:2",
    ]
    #expect(module(packages) == "github.com/x/big")
    #expect(module(packages, binary: "/usr/bin/orders") == "github.com/acme/orders")
    #expect(module(packages, binary: "/tmp/b001/orders.test") == "github.com/acme/orders")
    #expect(module(packages, binary: "/app/main") == "github.com/x/big")
    // The table of functions may have more than the stacks.
    var profile = profile([packages[0]])
    for row in 0..<9 {
      let name = profile.strings.intern("github.com/x/big.h\(row)")
      _ = profile.functions.append(
        id: UInt64(100 + row), name: name, systemName: name,
        file: profile.strings.intern("/go/src/github.com/x/big/b.go"), startLine: 0)
    }
    #expect(Ownership(profile).modulePath == "github.com/acme/orders")
  }
}

@Suite("Whose code functions are")
struct OwnerOriginTests {
  private func ownership(_ stack: String, module: String? = nil) -> (Ownership, [String]) {
    var builder = StackProfile()
    builder.standardRoot = nil
    builder.add(stack, [1])
    var options = OwnershipOptions()
    options.modulePrefix = module
    let names = builder.profile.functions.names.map { builder.profile.strings[$0] }
    return (Ownership(builder.profile, options), names)
  }

  @Test(
    "without versions in paths, other projects are third parties once the module is known",
    arguments: [
      // GOPATH, Debian, vendor, Bazel, built from one tree.
      "/home/me/go/src/github.com/x/y/y.go", "/usr/share/gocode/src/github.com/x/y/y.go",
      "/src/shop/vendor/github.com/x/y/y.go", "external/com_github_x_y/y.go",
      "third_party/go/github.com/x/y/y.go", "github.com/x/y/y.go",
    ])
  func unversioned(file: String) {
    let stack =
      "github.com/x/y.Put@\(file):9 < example.com/shop/web.Serve@/src/shop/web/w.go:3"
      + " < main.main@/src/shop/main.go:5"
    for module in [nil, "example.com/shop"] {
      let (ownership, _) = ownership(stack, module: module)
      #expect(ownership.modulePath == "example.com/shop")
      #expect(ownership.origins == [.thirdParty, .own, .own])
      #expect(ownership.blame.isOwn == [false, true, true])
      #expect(ownership.blame.ranks == [.surest, .surest, .surest])
    }
  }

  @Test("a given module includes its tests, its versions in the cache and known libraries")
  func givenModule() {
    for (name, file) in [
      ("github.com/acme/log_test.loop", "/w/loop_test.go"),
      ("github.com/acme/log/handlers.f", "/go/pkg/mod/github.com/acme/log@v1.2.0/handlers/h.go"),
    ] {
      let (ownership, _) = ownership("\(name)@\(file):3", module: "github.com/acme/log")
      #expect(ownership.blame.isOwn == [true])
    }
    let (library, _) = ownership(
      "github.com/rs/zerolog.w@/w/z.go:3 < github.com/rs/zerologx.f@/w/x.go:3",
      module: "github.com/rs/zerolog")
    #expect(library.origins == [.own, .thirdParty])
  }

  @Test(
    "a single function of the standard library is not the user's",
    arguments: [
      "internal/runtime/maps.fatal@/usr/local/go/src/runtime/panic.go",
      "internal/poll.runtime_pollWait@/usr/lib/go-1.19/src/runtime/netpoll.go",
      "weak.runtime_makeStrongFromWeak@/opt/go/src/runtime/mheap.go",
      "time.Sleep@C:/Program Files/Go/src/runtime/time.go",
      "sync.runtime_Semacquire@external/go_sdk/src/runtime/sema.go",
      "iter.newcoro@/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.24.0.linux-amd64/src/runtime/coro.go",
      "sync.runtime_Semacquire@runtime/sema.go",
    ])
  func linkedByName(function: String) {
    let (ownership, _) = ownership(
      "\(function):1195 < example.com/shop/cart.(*Store).Put@/src/shop/cart/store.go:83")
    #expect(ownership.origins == [.standard, .own])
    #expect(ownership.blame.ranks == [.never, .surest])
  }

  @Test(
    "the standard library is judged in its own benchmarks, but not in programs with code of their own"
  )
  func standardLibrary() {
    let test =
      "strings.(*Builder).grow@/usr/local/go/src/strings/builder.go:1"
      + " < encoding/csv.(*Reader).Read@/usr/local/go/src/encoding/csv/r.go:9"
      + " < encoding/csv_test.BenchmarkRead@/usr/local/go/src/encoding/csv/r_test.go:3"
      + " < testing.(*B).runN@/usr/local/go/src/testing/b.go:3 < main.main@_testmain.go:40"
    for module in [nil, "encoding/csv"] {
      let (judged, _) = ownership(test, module: module)
      #expect(judged.judgesStandard)
      #expect(judged.modulePath == "encoding/csv")
      #expect(judged.blame.isOwn == [false, true, true, false, false])
      #expect(judged.origins == [.standard, .standard, .standard, .standard, .generated])
    }
    let (program, _) = ownership(
      "encoding/csv.(*Reader).Read@/usr/local/go/src/encoding/csv/r.go:9 < main.f@/w/main.go:3")
    #expect(!program.judgesStandard)
    #expect(program.blame.isOwn == [false, true])
  }
}
