import ArgumentParser

/// The options that a command has, as its properties declare them.
///
/// ArgumentParser keeps what it makes of the wrappers to itself; names and types of the
/// properties are all that this takes.
struct DeclaredOptions {
  struct Entry {
    /// Without dashes.
    var name: String
    fileprivate var declaration: any Declaration

    /// What it takes; nil for a switch.
    var kind: (any OptionValue.Type)? {
      if case .option(let kind) = declaration.declared { kind() } else { nil }
    }
  }

  private(set) var entries: [Entry] = []

  init(_ command: any ParsableArguments.Type) { add(command) }

  /// All that any of the commands has.
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

  /// Switches that can be taken back: `--no-trim`.
  static let invertible: Set<String> = ["trim"]

  /// How each option is written.
  var spellings: [String] {
    entries.flatMap { entry in
      ["--\(entry.name)"] + (Self.invertible.contains(entry.name) ? ["--no-\(entry.name)"] : [])
    }
  }
}

/// A word of the command line that is no option.
struct PlainWord {
  var name: String
  var isNeeded: Bool

  /// Takes all that is left.
  var isRepeated: Bool

  /// Those of a command, in their order.
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
  /// The kind is asked for only where the option is given: to find out takes a while.
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

/// An option that need not be given, or may be given several times.
private protocol OptionValueHolder {
  static var kind: any OptionValue.Type { get }
}

extension Optional: OptionValueHolder where Wrapped: OptionValue {
  fileprivate static var kind: any OptionValue.Type { Wrapped.self }
}

extension Array: OptionValueHolder where Element: OptionValue {
  fileprivate static var kind: any OptionValue.Type { Element.self }
}
