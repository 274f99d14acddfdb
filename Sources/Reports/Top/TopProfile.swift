import Foundations
package import ProfileModel
import StackGraph

extension TopReport {
  /// Returns the rows as a profile of one-frame stacks with the sample types `cum` and `flat`, as
  /// `pprof -topproto` does.
  package func profile() -> Profile {
    let source = context.profile
    let table = trimmed.graph.table
    var result = Profile()
    func text(_ id: StringID, of strings: StringTable) -> StringID {
      result.strings.intern(strings[bytesOf: id])
    }
    let unit = result.strings.intern(context.outputUnit)
    result.sampleTypes = ["cum", "flat"].map {
      SampleType(name: result.strings.intern($0), unit: unit)
    }
    result.samples = SampleTable(typeCount: 2)
    result.timeNanoseconds = source.timeNanoseconds
    result.durationNanoseconds = source.durationNanoseconds
    result.period = source.period
    if let type = source.periodType {
      result.periodType = SampleType(
        name: text(type.name, of: source.strings), unit: text(type.unit, of: source.strings))
    }
    struct Key: Hashable {
      var name: StringID
      var file: StringID
      var startLine: Int64
    }
    var functions: [Key: FunctionID] = [:]
    func scaled(_ value: Int64) -> Int64 {
      Int64(
        clamping: ScaledValue(value, from: context.sampleUnit, to: context.outputUnit).value)
    }
    for row in rows {
      let identity = table.identities[row.node.index]
      let key = Key(
        name: text(identity.name, of: table.strings), file: text(identity.file, of: table.strings),
        startLine: identity.startLine)
      let function: FunctionID
      if let known = functions[key] {
        function = known
      } else {
        function = result.functions.append(
          id: UInt64(result.functions.count) + 1, name: key.name, systemName: .empty,
          file: key.file, startLine: key.startLine)
        functions[key] = function
      }
      let location = result.locations.append(
        id: UInt64(result.locations.count) + 1, mapping: .none, address: identity.address,
        lines: [SourceLine(function: function, line: identity.line, column: identity.column)])
      result.samples.append(stack: [location], values: [scaled(row.cum), scaled(row.flat)])
    }
    return result
  }
}
