import HeapscopeTestSupport
import ProfileModel
import StackGraph
import Testing

@Suite("Names that do not tell which function it is")
struct SeparateNameTests {
  private func names(_ stacks: [String]) throws -> [String] {
    var builder = StackProfile()
    for stack in stacks { builder.add(stack, [1]) }
    var options = SelectionOptions()
    options.separatesNames = true
    let profile = try Selection(builder.profile, options).profile
    return profile.functions.names.map { profile.strings[$0] }
  }

  @Test(
    "names that identify no function get their file",
    arguments: [
      ("(anonymous)@/app/dist/cart.js:1", "(anonymous) dist/cart.js"),
      ("<lambda>@/srv/jobs/mail.py:3", "<lambda> jobs/mail.py"),
      ("<module>@mail.py:3", "<module> mail.py"),
      ("{closure}@/www/index.php:3", "{closure} www/index.php"),
      ("main@/src/tool.c:3", "main src/tool.c"),
      ("init@/src/plugin.c:3", "init src/plugin.c"),
      ("(anonymous)", "(anonymous)"),
      ("handle@/app/dist/cart.js:1", "handle"),
      ("(anonymous namespace)::read@/src/io.cc:3", "(anonymous namespace)::read"),
      ("main.main@/src/shop/main.go:3", "main.main"),
      ("main.init@/src/shop/main.go:3", "main.init"),
    ])
  func single(frame: String, name: String) throws { #expect(try names([frame]) == [name]) }

  @Test("a name in several files gets as much of the path as distinguishes them")
  func several() throws {
    #expect(
      try names([
        "render@/app/node_modules/a/lib/view.js:1", "render@/app/node_modules/b/lib/view.js:1",
        "save@/app/one.js:1", "save@/app/two.js:1", "load@/app/one.js:2",
      ]) == [
        "render a/lib/view.js", "render b/lib/view.js", "save app/one.js", "save app/two.js",
        "load",
      ])
  }

  @Test("Go's functions keep their names when two builds have them in several places")
  func go() throws {
    #expect(
      try names(["fmt.Sprint@/go1.22/src/fmt/print.go:1", "fmt.Sprint@/go1.27/src/fmt/print.go:1"])
        == ["fmt.Sprint", "fmt.Sprint"])
  }

  @Test("a selection keeps the original names")
  func plain() throws {
    var builder = StackProfile()
    builder.add("(anonymous)@/app/a.js:1 < run@/app/b.js:2", [1])
    var options = SelectionOptions()
    options.separatesNames = true
    options.focus = "^.anonymous.$"
    let selection = try Selection(builder.profile, options)
    #expect(selection.profile.samples.count == 1)
    #expect(selection.plainProfile.functions.names == builder.profile.functions.names)
  }
}
