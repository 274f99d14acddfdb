import ArgumentParser
import HTTPService

/// A text that is passed on as it is; the kind says what it should be.
struct Text<Kind: TextKind>: OptionValue {
  var text: String

  init(_ text: String) { self.text = text }

  init?(argument: String) { text = argument }

  static var description: ValueDescription { Kind.description }
  var defaultValueDescription: String { text }
}

protocol TextKind {
  static var description: ValueDescription { get }
}

// MARK: Kinds that pprof has too

enum SampleTypeName: TextKind {
  static let description = ValueDescription(
    name: "type", expected: "a sample type such as alloc_space, or its number",
    whenEmpty: .theDefault, completion: .sampleTypes)
}

enum UnitName: TextKind {
  // This is not the default, `minimum`: it shows each value in its family's base unit.
  static let description = ValueDescription(
    name: "unit", expected: "a unit such as B, kB, MB or auto", whenEmpty: .value("count"),
    completion: .words(["B", "kB", "MB", "GB", "auto"]))
}

enum Expression: TextKind {
  static let description = ValueDescription(
    name: "regex", expected: "a regular expression", whenEmpty: .theDefault)
}

enum LabelFilter: TextKind {
  static let description = ValueDescription(
    name: "filter", expected: "key=regex, or a range such as bytes=1kb:64kb", whenEmpty: .theDefault
  )
}

enum LabelKeys: TextKind {
  static let description = ValueDescription(
    name: "keys", expected: "label keys with commas between them", whenEmpty: .theDefault)
}

enum BaseProfile: TextKind {
  static let description = ValueDescription(
    name: "profile", expected: "a profile", whenEmpty: .theDefault, completion: .files)
}

enum Comment: TextKind {
  static let description = ValueDescription(
    name: "text", expected: "a text", whenEmpty: .theDefault)
}

enum SearchPath: TextKind {
  static let description = ValueDescription(
    name: "paths", expected: "folders with colons between them", whenEmpty: .theDefault,
    completion: .folders)
}

enum OutputFileName: TextKind {
  static let description = ValueDescription(
    name: "file", expected: "a file to write", whenEmpty: .theDefault, letter: "o",
    completion: .files)
}

enum CertificateFile: TextKind {
  static let description = ValueDescription(
    name: "file", expected: "a PEM file", whenEmpty: .theDefault, completion: .files)
}

// MARK: Kinds of our own

/// The pattern of `peek` and `list`, when given by an option.
enum FunctionPattern: TextKind {
  static let description = ValueDescription(name: "regex", expected: "a regular expression")
}

enum OtherProfile: TextKind {
  static let description = ValueDescription(
    name: "profile", expected: "a profile", completion: .files)
}

enum GoroutineFile: TextKind {
  static let description = ValueDescription(
    name: "dump", expected: "a dump of goroutines", completion: .files)
}

enum Header: TextKind {
  static let description = ValueDescription(
    name: "header", expected: "'Name: value', or @file with such lines")
}

enum HeldTarget: TextKind {
  static let description = ValueDescription(
    name: "address|function", expected: "the address of an object (0xc000012345), or a function")
}

enum ModulePath: TextKind {
  static let description = ValueDescription(
    name: "prefix", expected: "the path of a Go module, such as example.com/shop")
}

enum NamePart: TextKind {
  static let description = ValueDescription(
    name: "text", expected: "a part of a function or file name")
}

enum RulesFile: TextKind {
  static let description = ValueDescription(
    name: "file", expected: "a TOML file of rules", completion: .files)
}

enum BudgetText: TextKind {
  static let description = ValueDescription(
    name: "budget",
    expected: "SUBJECT<LIMIT, as in 'map-format<5%' or 'main.handleOrder<50MB:alloc_space'",
    completion: .rules(suffix: "<5%"))
}

enum AnyBudgetText: TextKind {
  static let description = ValueDescription(
    name: "budget", expected: "FUNCTIONS<LIMIT, as in '/^fmt\\./<50%'")
}

enum BenchmarkFile: TextKind {
  static let description = ValueDescription(
    name: "file", expected: "a benchmark's text, and behind it its memory profile",
    completion: .files)
}

enum AcceptedFile: TextKind {
  static let description = ValueDescription(
    name: "file", expected: "a TOML file of accepted findings", completion: .files)
}

enum GrowthText: TextKind {
  static let description = ValueDescription(
    name: "growth", expected: "a share such as 10%, or a size such as 20MB")
}

enum Title: TextKind {
  static let description = ValueDescription(name: "text", expected: "a text")
}

enum FolderName: TextKind {
  static let description = ValueDescription(
    name: "folder", expected: "a folder", completion: .folders)
}

/// Where to serve a page.
struct ServedPlace: OptionValue {
  static let description = ValueDescription(
    name: "host:port", expected: "HOST:PORT, :PORT for this machine alone, or : for any free port",
    whenEmpty: .theDefault)

  var address: ListenAddress

  init?(argument: String) {
    guard let address = ListenAddress(argument) else { return nil }
    self.address = address
  }
}
