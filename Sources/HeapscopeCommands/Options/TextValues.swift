import ArgumentParser

/// A text that the command line hands on as it stands; the kind says what it should be.
struct Text<Kind: TextKind>: OptionValue {
  var text: String

  init(_ text: String) { self.text = text }

  init?(argument: String) { text = argument }

  static var valueName: String { Kind.valueName }
  static var expected: String { Kind.expected }
  static var whenEmpty: EmptyMeaning { Kind.whenEmpty }
  static var letter: Character? { Kind.letter }
  var defaultValueDescription: String { text }
}

protocol TextKind {
  static var valueName: String { get }
  static var expected: String { get }
  static var whenEmpty: EmptyMeaning { get }
  static var letter: Character? { get }
}

extension TextKind {
  static var whenEmpty: EmptyMeaning { .refused }
  static var letter: Character? { nil }
}

// MARK: Kinds that pprof has too

enum SampleTypeName: TextKind {
  static let valueName = "type"
  static let expected = "a sample type such as alloc_space, or its number"
  static let whenEmpty = EmptyMeaning.theDefault
}

enum UnitName: TextKind {
  static let valueName = "unit"
  static let expected = "a unit such as B, kB, MB or auto"
  // Not the default, which is `minimum`: each value in its family's base unit.
  static let whenEmpty = EmptyMeaning.value("count")
}

enum Expression: TextKind {
  static let valueName = "regex"
  static let expected = "a regular expression"
  static let whenEmpty = EmptyMeaning.theDefault
}

enum LabelFilter: TextKind {
  static let valueName = "filter"
  static let expected = "key=regex, or a range such as bytes=1kb:64kb"
  static let whenEmpty = EmptyMeaning.theDefault
}

enum LabelKeys: TextKind {
  static let valueName = "keys"
  static let expected = "label keys with commas between them"
  static let whenEmpty = EmptyMeaning.theDefault
}

enum BaseProfile: TextKind {
  static let valueName = "profile"
  static let expected = "a profile"
  static let whenEmpty = EmptyMeaning.theDefault
}

enum Comment: TextKind {
  static let valueName = "text"
  static let expected = "a text"
  static let whenEmpty = EmptyMeaning.theDefault
}

enum SearchPath: TextKind {
  static let valueName = "paths"
  static let expected = "folders with colons between them"
  static let whenEmpty = EmptyMeaning.theDefault
}

enum OutputFileName: TextKind {
  static let valueName = "file"
  static let expected = "a file to write"
  static let whenEmpty = EmptyMeaning.theDefault
  static let letter: Character? = "o"
}

enum CertificateFile: TextKind {
  static let valueName = "file"
  static let expected = "a PEM file"
  static let whenEmpty = EmptyMeaning.theDefault
}

// MARK: Kinds of our own

/// The pattern of `peek` and `list`, where an option gives it.
enum FunctionPattern: TextKind {
  static let valueName = "regex"
  static let expected = "a regular expression"
}

enum OtherProfile: TextKind {
  static let valueName = "profile"
  static let expected = "a profile"
}

enum Header: TextKind {
  static let valueName = "header"
  static let expected = "'Name: value', or @file with such lines"
}

enum ModulePath: TextKind {
  static let valueName = "prefix"
  static let expected = "the path of a Go module, such as example.com/shop"
}

enum NamePart: TextKind {
  static let valueName = "text"
  static let expected = "a part of a function or file name"
}

enum RulesFile: TextKind {
  static let valueName = "file"
  static let expected = "a TOML file of rules"
}

enum BudgetText: TextKind {
  static let valueName = "budget"
  static let expected =
    "SUBJECT<LIMIT, as in 'map-format<5%' or 'main.handleOrder<50MB:alloc_space'"
}

enum GrowthText: TextKind {
  static let valueName = "growth"
  static let expected = "a share such as 10%, or a size such as 20MB"
}

enum Title: TextKind {
  static let valueName = "text"
  static let expected = "a text"
}

enum FolderName: TextKind {
  static let valueName = "folder"
  static let expected = "a folder"
}
