import ArgumentParser

/// What an option takes: the kind of its value, and what would be right.
///
/// An option is declared once, as a property of an option group or command: the property's
/// name is the option's, its type says what it takes, and the wrapper has the line of help.
/// ``DeclaredOptions`` reads the first two, so that mistakes are told in our own words.
protocol OptionValue: ExpressibleByArgument {
  static var description: ValueDescription { get }
}

struct ValueDescription {
  /// What help calls the value: `<count>`.
  var name: String

  /// What would be right, to go after "give".
  var expected: String

  /// What an empty text means, as in `-focus=`.
  var whenEmpty = EmptyMeaning.refused

  /// The letter that stands for the option too, as in `-o`.
  var letter: Character?

  /// What shells offer for it.
  var completion = ValueCompletion.nothing

  enum EmptyMeaning: Equatable {
    case refused

    /// As in pprof, which takes it for no option.
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
  /// An option that need not be given.
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
