import ArgumentParser

/// What an option takes: the kind of its value, and what would be right.
///
/// An option is declared once, as a property of an option group or command: the property's name is
/// the option's, its type says what it takes, and the wrapper has its line of help.
/// ``DeclaredOptions`` reads the name and the type, so that errors are reported in heapscope's own
/// words.
protocol OptionValue: ExpressibleByArgument {
  static var description: ValueDescription { get }
}

struct ValueDescription {
  /// The name of the value in help: `<count>`.
  var name: String

  /// What would be right, to follow "give".
  var expected: String

  /// The meaning of an empty text, as in `-focus=`.
  var whenEmpty = EmptyMeaning.refused

  /// The short form of the option, as in `-o`.
  var letter: Character?

  /// What shells offer for it.
  var completion = ValueCompletion.nothing

  enum EmptyMeaning: Equatable {
    case refused

    /// As in pprof, where this means that the option is not given.
    case theDefault
    case value(String)
  }
}

extension OptionValue where Self: CaseIterable & RawRepresentable, RawValue == String {
  static func alternatives(
    named name: String, whenEmpty: ValueDescription.EmptyMeaning = .refused
  ) -> ValueDescription {
    ValueDescription(
      name: name, expected: oneOf(allCases.map(\.rawValue)), whenEmpty: whenEmpty,
      completion: .words(allCases.map(\.rawValue)))
  }
}

/// `text, json, csv or markdown`.
func oneOf(_ names: [String]) -> String {
  names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
}

extension Option {
  /// An optional option.
  init<Kind: OptionValue>(_ help: String) where Value == Kind? {
    self.init(name: Self.name(Kind.self), help: Self.help(help, Kind.self))
  }

  /// An option with a default.
  init(wrappedValue: Value, _ help: String) where Value: OptionValue {
    self.init(
      wrappedValue: wrappedValue, name: Self.name(Value.self), help: Self.help(help, Value.self))
  }

  /// An option that may be given several times.
  init<Kind: OptionValue>(wrappedValue: [Kind], _ help: String) where Value == [Kind] {
    self.init(
      wrappedValue: wrappedValue, name: Self.name(Kind.self), help: Self.help(help, Kind.self))
  }

  private static func help(_ text: String, _ kind: any OptionValue.Type) -> ArgumentHelp {
    ArgumentHelp(stringLiteral: text).withValueName(kind.description.name)
  }

  private static func name(_ kind: any OptionValue.Type) -> NameSpecification {
    kind.description.letter.map { [.customShort($0), .long] } ?? .long
  }
}

extension ArgumentHelp {
  fileprivate func withValueName(_ name: String) -> ArgumentHelp {
    var help = self
    help.valueName = name
    return help
  }
}
