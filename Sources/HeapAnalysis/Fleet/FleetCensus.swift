import Foundations
package import ProfileModel

/// What rows of a fleet are.
package enum FleetUnit: String, Sendable, CaseIterable {
  /// Lines or functions to blame, or patterns of `hotspots`.
  case line, function, finding
}

/// A process of a fleet: what one profile says, or the part of a profile with one origin.
package struct FleetProcess: Sendable {
  package let file: String
  package let origin: ProfileOrigin

  /// The program's file name and build; empty when unknown.
  package let program: String
  package let buildID: String

  /// In nanoseconds since 1970; 0 when unknown.
  package let timeNanoseconds: Int64

  /// The name that identifies the process: the pod, else the host, else the file.
  package var name: String { origin[.pod] ?? origin[.host] ?? file }

  /// By row of the census.
  var cells: [Int32: FleetCell] = [:]
  var total: FleetCell

  /// The worth of a row that the process does not have; nil when the sampling is unknown.
  let nothing: SampledSum?

  package var value: Int64 { total.value }
}

/// A process's amount of a row.
struct FleetCell: Sendable {
  var value: Int64 = 0

  /// Nil when the sampling is unknown.
  var sum: SampledSum?
}

/// Takes in profiles one after another, and keeps only the rows of each.
package struct FleetCensus: Sendable {
  package struct Row: Hashable, Sendable {
    /// Empty when no line is blamed, and in rows of findings.
    package var function = ""
    package var file = ""

    /// 0 when unknown, and in rows of functions.
    package var line: Int64 = 0

    /// The kind of the finding, in rows of findings; empty when none explains the samples.
    package var finding = ""

    /// Samples about which nothing is known.
    package static let unknown = Row()
  }

  package let unit: FleetUnit
  package let sampleType: String

  /// The unit of all values; empty before the first profile.
  package private(set) var valueUnit = ""
  package private(set) var measure = Measure.amount
  package private(set) var rows: [Row] = []
  package private(set) var processes: [FleetProcess] = []

  /// How many profiles were left out because a later one is of the same process.
  package private(set) var earlier = 0

  private var numberOfRow: [Row: Int32] = [:]
  private var processOfOrigin: [ProfileOrigin: Int] = [:]

  package init(_ unit: FleetUnit, sampleType: String) {
    self.unit = unit
    self.sampleType = sampleType
  }

  /// Takes in a profile.
  ///
  /// - Parameters:
  ///   - column: of the sample type.
  ///   - origin: what the file's name says.
  ///   - timeNanoseconds: when the profile was taken, if the name says.
  /// - Returns: false, without taking anything, when its values have another unit than earlier
  ///   profiles.
  package mutating func add(
    _ profile: Profile, column: Int, _ explained: ExplainedSamples, file: String,
    origin: ProfileOrigin, timeNanoseconds: Int64?
  ) -> Bool {
    let type = profile.sampleTypes[column]
    if valueUnit.isEmpty {
      valueUnit = profile.strings[type.unit]
      measure = profile.measure(ofColumn: column)
    }
    guard profile.strings[type.unit] == valueUnit else { return false }
    let nothing = explained.sampling?.emptySum(ofColumn: column)
    let origins = SampleOrigins(profile, known: origin)
    let mapping = profile.mappings.first
    let program =
      mapping.map { profile.strings[$0.file].split(separator: "/").last.map(String.init) ?? "" }
    var added = origins.origins.map { origin in
      FleetProcess(
        file: file, origin: origin, program: program ?? "",
        buildID: mapping.map { profile.strings[$0.buildID] } ?? "",
        timeNanoseconds: timeNanoseconds ?? profile.figuresNanoseconds,
        total: FleetCell(sum: nothing), nothing: nothing)
    }
    let numbers = RowNumbers(profile, explained, unit)
    let numberOfRow = numbers.rows.map { number(of: $0) }
    for sample in 0..<profile.samples.count {
      let process = origins.row(ofSample: sample)
      let row = numberOfRow[numbers.row(ofSample: sample)]
      explained.add(sample, of: profile, column, to: &added[process].total)
      explained.add(
        sample, of: profile, column,
        to: &added[process].cells[row, default: FleetCell(sum: nothing)])
    }
    for process in added { keep(process) }
    return true
  }

  /// Keeps the latest of several profiles of one pod.
  private mutating func keep(_ process: FleetProcess) {
    if process.origin[.pod] == nil && process.origin[.host] == nil {
      processes.append(process)
    } else if let known = processOfOrigin[process.origin.withoutVersion] {
      earlier += 1
      if processes[known].timeNanoseconds <= process.timeNanoseconds { processes[known] = process }
    } else {
      processOfOrigin[process.origin.withoutVersion] = processes.count
      processes.append(process)
    }
  }

  private mutating func number(of row: Row) -> Int32 {
    if let known = numberOfRow[row] { return known }
    let number = Int32(rows.count)
    numberOfRow[row] = number
    rows.append(row)
    return number
  }

  /// The rows of one profile.
  private struct RowNumbers {
    private(set) var rows: [Row] = []
    private var ofLine: [Int] = []
    private var ofRule: [Int] = []
    private let explained: ExplainedSamples
    private let unit: FleetUnit

    init(_ profile: Profile, _ explained: ExplainedSamples, _ unit: FleetUnit) {
      self.explained = explained
      self.unit = unit
      var known: [Row: Int] = [:]
      func number(_ row: Row) -> Int {
        if let number = known[row] { return number }
        known[row] = rows.count
        rows.append(row)
        return rows.count - 1
      }
      // After the last row: samples about which nothing is known.
      if unit == .finding {
        ofRule = explained.rules.map { number(Row(finding: $0.kind.rawValue)) } + [number(.unknown)]
      } else {
        ofLine =
          explained.lines.map { line in
            number(
              Row(
                function: profile.strings[line.function], file: profile.strings[line.file],
                line: unit == .function ? 0 : line.line))
          } + [number(.unknown)]
      }
    }

    func row(ofSample sample: Int) -> Int {
      if unit == .finding {
        let rule = explained.ruleOfSample[sample]
        return ofRule[rule < 0 ? ofRule.count - 1 : Int(rule)]
      }
      let line = explained.lineOfSample[sample]
      return ofLine[line < 0 ? ofLine.count - 1 : Int(line)]
    }
  }
}

extension ExplainedSamples {
  fileprivate func add(
    _ sample: Int, of profile: Profile, _ column: Int, to cell: inout FleetCell
  ) {
    cell.value = saturatingSum(cell.value, profile.samples.values[column][sample])
    guard let sampling, var sum = cell.sum else { return }
    // As the sum's only owner, it grows its table of sizes in place.
    cell.sum = nil
    if sampling.add(sample: sample, ofColumn: column, in: profile, to: &sum) { cell.sum = sum }
  }
}

extension ProfileOrigin {
  /// A pod stays the same when another version runs in it.
  fileprivate var withoutVersion: ProfileOrigin {
    var origin = self
    origin[.version] = nil
    return origin
  }
}
