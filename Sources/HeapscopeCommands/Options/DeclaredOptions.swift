import ArgumentParser

/// The options of a command, as its properties declare them.
///
/// ArgumentParser does not publish what its property wrappers declare, so this uses only the names
/// and types of the properties.
struct DeclaredOptions {
  struct Entry {
    /// Without dashes.
    var name: String
    fileprivate var declaration: any Declaration

    /// The kind of its value; nil for a switch.
    var kind: (any OptionValue.Type)? {
      if case .option(let kind) = declaration.declared { kind() } else { nil }
    }
  }

  private(set) var entries: [Entry] = []

  init(_ command: any ParsableArguments.Type) { add(command) }

  /// The options of all given commands.
  init(_ commands: [any ParsableCommand.Type]) { for command in commands { add(command) } }

  private mutating func add(_ type: any ParsableArguments.Type) {
    for child in declarations(of: type) {
      switch child.declaration.declared {
      case .option, .flag:
        entries.append(Entry(name: child.name, declaration: child.declaration))
      case .group(let group): add(group)
      case .word: break
      }
    }
  }

  subscript(name: String) -> Entry? {
    entries.first { $0.name == name }
      ?? (name.count == 1
        ? entries.first { $0.kind?.description.letter.map(String.init) == name } : nil)
  }

  /// Switches that can be negated: `--no-trim`.
  static let invertible: Set<String> = ["trim"]

  /// The spellings of each option.
  var spellings: [String] {
    entries.flatMap { entry in
      ["--\(entry.name)"] + (Self.invertible.contains(entry.name) ? ["--no-\(entry.name)"] : [])
    }
  }
}

/// A word of the command line that is not an option.
struct PlainWord {
  var name: String
  var isNeeded: Bool

  /// Takes all remaining words.
  var isRepeated: Bool

  /// The words of a command, in order.
  static func all(of command: any ParsableArguments.Type) -> [PlainWord] {
    declarations(of: command).compactMap { child in
      guard case .word(let isNeeded, let isRepeated) = child.declaration.declared else {
        return nil
      }
      return PlainWord(name: child.name, isNeeded: isNeeded, isRepeated: isRepeated)
    }
  }
}

/// The options, groups and words that a type declares itself, with dashes in their names.
private func declarations(
  of type: any ParsableArguments.Type
) -> [(name: String, declaration: any Declaration)] {
  Mirror(reflecting: type.init()).children.compactMap { child in
    guard let declaration = child.value as? any Declaration else { return nil }
    let name = (child.label ?? "").drop { $0 == "_" }.flatMap { letter -> [Character] in
      letter.isUppercase ? ["-"] + letter.lowercased() : [letter]
    }
    return (String(name), declaration)
  }
}

/// A property wrapper of ArgumentParser.
private protocol Declaration {
  var declared: Declared { get }
}

private enum Declared {
  /// The kind is determined only when the option is given, since that takes a while.
  case option(() -> (any OptionValue.Type)?)
  case flag
  case group(any ParsableArguments.Type)
  case word(isNeeded: Bool, isRepeated: Bool)
}

extension Option: Declaration {
  fileprivate var declared: Declared {
    .option {
      Value.self as? any OptionValue.Type ?? (Value.self as? any OptionValueHolder.Type)?.kind
    }
  }
}

extension Flag: Declaration {
  fileprivate var declared: Declared { .flag }
}

extension OptionGroup: Declaration {
  fileprivate var declared: Declared { .group(Value.self) }
}

extension Argument: Declaration {
  fileprivate var declared: Declared {
    .word(isNeeded: Value.self == String.self, isRepeated: Value.self == [String].self)
  }
}

/// An option that is optional, or may be given several times.
private protocol OptionValueHolder {
  static var kind: any OptionValue.Type { get }
}

extension Optional: OptionValueHolder where Wrapped: OptionValue {
  fileprivate static var kind: any OptionValue.Type { Wrapped.self }
}

extension Array: OptionValueHolder where Element: OptionValue {
  fileprivate static var kind: any OptionValue.Type { Element.self }
}
