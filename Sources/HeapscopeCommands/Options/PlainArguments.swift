import ArgumentParser
import StackGraph

/// Reads the command lines that are typed most without ArgumentParser.
///
/// ArgumentParser makes a table of all options that a command has, of types that Swift's
/// runtime puts together as they are first met: 4 of the 9 ms that a small profile took. So
/// a report's name with files and the options below is read straight into the same
/// structures. Everything else is ArgumentParser's: another option, a value that is refused,
/// help, and every message about a mistake. Tests compare the two.
protocol PlainCommand: SessionCommand {
  /// False for an option that other reports have and this command has not.
  static func has(_ option: Substring) -> Bool

  /// Takes the options that were read.
  mutating func take(_ arguments: ReportArguments)

  /// Sets the options that only this command has to what they are when they are not named.
  mutating func setOwnDefaults()

  /// Sets such an option; false for one that is not read here.
  mutating func setOwn(_ option: Substring, to value: String?) -> Bool

  /// Takes the words of the command line that are no options; false where they do not fit.
  mutating func take(_ words: [String]) -> Bool
}

extension PlainCommand where Self: PlainReport {
  mutating func take(_ arguments: ReportArguments) { self.arguments = arguments }
}

/// Commands that have all options of a report.
protocol PlainReport: ReportCommand {
  var arguments: ReportArguments { get set }
}

extension PlainCommand {
  static func has(_ option: Substring) -> Bool { true }
  mutating func setOwnDefaults() {}
  mutating func setOwn(_ option: Substring, to value: String?) -> Bool { false }
}

/// Commands whose words are the profiles.
protocol PlainProfilesCommand: PlainCommand, PlainReport {
  var profiles: [String] { get set }
}

extension PlainProfilesCommand {
  mutating func take(_ words: [String]) -> Bool {
    profiles = words
    return true
  }
}

/// Commands whose first word is a pattern, unless `--match` gives it.
protocol PlainPatternCommand: PlainCommand, PlainReport {
  var match: String? { get set }
  var words: [String] { get set }
}

extension PlainPatternCommand {
  mutating func setOwnDefaults() { match = nil }

  mutating func setOwn(_ option: Substring, to value: String?) -> Bool {
    guard option == "match", let value else { return false }
    match = value
    return true
  }

  mutating func take(_ words: [String]) -> Bool {
    self.words = words
    return true
  }
}

extension PlainCommand {
  /// - Parameter line: what follows the command's name.
  /// - Returns: nil when ArgumentParser has to look at it.
  static func plain(_ line: ArraySlice<String>) -> Self? {
    var command = Self()
    command.setOwnDefaults()
    var arguments = ReportArguments.plain
    var words: [String] = []
    var seen: [Substring] = []
    for word in line {
      guard word.utf8.first == UInt8(ascii: "-") else {
        words.append(word)
        continue
      }
      guard word.hasPrefix("--") else { return nil }
      let equals = word.utf8.firstIndex(of: UInt8(ascii: "="))
      let name = word[..<(equals ?? word.endIndex)].dropFirst(2)
      let value = equals.map { String(word[word.utf8.index(after: $0)...]) }
      // Empty values and repeated options have rules of their own.
      guard value != "", !seen.contains(name), has(name),
        arguments.set(name, to: value) || command.setOwn(name, to: value)
      else { return nil }
      seen.append(name)
    }
    command.take(arguments)
    do {
      guard command.take(words) else { return nil }
      try arguments.selection.validate()
      try arguments.graph.validate()
      try arguments.profile.validate()
      try arguments.output.validate()
      try command.validate()
    } catch { return nil }
    return command
  }
}

extension ReportArguments {
  /// As they are when no option is named.
  fileprivate static var plain: ReportArguments {
    var arguments = ReportArguments()
    arguments.selection = .plain
    arguments.graph = .plain
    arguments.profile = .plain
    arguments.output = .plain
    return arguments
  }

  /// Sets an option; false for one that is not read here, or not with this value.
  fileprivate mutating func set(_ name: Substring, to value: String?) -> Bool {
    guard let value else { return set(name) }
    switch name {
    case "sample-index": selection.sampleIndex = value
    case "focus": selection.focus = value
    case "ignore": selection.ignore = value
    case "hide": selection.hide = value
    case "show": selection.show = value
    case "show-from": selection.showFrom = value
    case "prune-from": selection.pruneFrom = value
    case "tagfocus": selection.tagfocus = value
    case "tagignore": selection.tagignore = value
    case "tagshow": selection.tagshow = value
    case "taghide": selection.taghide = value
    case "tagroot": selection.tagroot = value
    case "tagleaf": selection.tagleaf = value
    case "trim-path": selection.trimPath = value
    case "source-path": selection.sourcePath = value
    case "unit": selection.unit = value
    case "base": profile.base = value
    case "diff-base": profile.diffBase = value
    case "symbolize":
      guard let source = SymbolSource(argument: value) else { return false }
      profile.symbolize = source
    case "output": output.output = value
    case "nodecount":
      guard let count = RowCount(argument: value) else { return false }
      graph.nodecount = count
    case "nodefraction":
      guard let fraction = Fraction(argument: value) else { return false }
      graph.nodefraction = fraction
    case "edgefraction":
      guard let fraction = Fraction(argument: value) else { return false }
      graph.edgefraction = fraction
    default: return false
    }
    return true
  }

  private mutating func set(_ name: Substring) -> Bool {
    switch name {
    case "inuse-space": selection.inuseSpace = true
    case "inuse-objects": selection.inuseObjects = true
    case "alloc-space": selection.allocSpace = true
    case "alloc-objects": selection.allocObjects = true
    case "functions": selection.functions = true
    case "filefunctions": selection.filefunctions = true
    case "files": selection.files = true
    case "lines": selection.lines = true
    case "addresses": selection.addresses = true
    case "packages": selection.packages = true
    case "modules": selection.modules = true
    case "noinlines": selection.noinlines = true
    case "showcolumns": selection.showcolumns = true
    case "mean": selection.mean = true
    case "relative-percentages": selection.relativePercentages = true
    case "normalize": profile.normalize = true
    case "cum": graph.cum = true
    case "flat": graph.flat = true
    case "no-trim": graph.trim = false
    case "call-tree": graph.callTree = true
    case "compact-labels": graph.compactLabels = true
    case "drop-negative": graph.dropNegative = true
    default: return false
    }
    return true
  }
}
