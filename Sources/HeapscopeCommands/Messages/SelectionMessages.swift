import StackGraph

/// Describes why a selection or merge is impossible, in one line.
func failure(_ error: SelectionError) -> CommandFailure {
  switch error {
  case .pattern(let option, let value, let reason):
    CommandFailure(
      .usage,
      "\(optionName(option)) '\(value)': \(reason.reason), at byte \(reason.offset); "
        + "give a regular expression (RE2 syntax)")
  case .patternEffort(let option, let value):
    patternEffortFailure("\(optionName(option)) '\(value)'")
  case .noSampleTypes: CommandFailure(.badData, "the profile has no sample types")
  case .sampleIndexRange(let index, let count):
    CommandFailure(
      .usage, "--sample-index '\(index)': give 0 to \(count - 1), or the name of a sample type")
  case .sampleIndexName(let name, let known):
    CommandFailure(
      .usage,
      "--sample-index '\(name)': give one that the profile has: "
        + known.map(typeName).joined(separator: ", "))
  case .zeroDivisor:
    CommandFailure(.usage, "--divide-by '0': give a number above 0")
  case .overflow(let type):
    CommandFailure(.badData, "the sum of \(typeName(type)) does not fit 64 bits")
  }
}

/// - Parameter expression: as the user gave it.
func patternEffortFailure(_ expression: String) -> CommandFailure {
  CommandFailure(
    .usage,
    "\(expression): takes too many steps to match; write it without repetition of what repeats, "
      + "as in (a+)+")
}

func failure(_ error: MergeError) -> CommandFailure {
  switch error {
  case .noCommonSampleTypes:
    CommandFailure(.badData, "the profiles have no sample type in common")
  case .periodTypes(let left, let right):
    CommandFailure(
      .badData,
      "the profiles do not go together: their periods count \(named(left)) and \(named(right))")
  case .units(let type, let left, let right):
    CommandFailure(
      .badData,
      "the profiles do not go together: \(typeName(type)) is in \(unitName(left)) and in "
        + unitName(right))
  case .overflow(let type):
    CommandFailure(.badData, "the sum of \(typeName(type)) over the profiles does not fit 64 bits")
  }
}

private func named(_ type: TypeNames) -> String {
  let words = [type.name, type.unit].filter { !$0.isEmpty }
  return words.isEmpty ? "something without a name" : words.joined(separator: " in ")
}

private func unitName(_ unit: String) -> String { unit.isEmpty ? "no unit" : unit }

/// The name of a sample type, which may be empty, for use within a sentence.
func typeName(_ type: String) -> String {
  type.isEmpty ? "a sample type without a name" : type
}

func describe(_ warning: SelectionWarning) -> String {
  switch warning {
  case .noMatch(let filter): "\(filter) expression matched no samples"
  case .labelUnits(let key, let used, let others):
    "label \(key) has several units: \(used) is used, not \(others.joined(separator: ", "))"
  case .readAsRange(let option, let text):
    "\(optionName(option)): '\(text)' is read as a range, not as a regular expression"
  }
}

private func optionName(_ name: String) -> String { "--" + name.replacing("_", with: "-") }
