import Foundations

/// SARIF 2.1.0 (OASIS standard, docs.oasis-open.org/sarif/sarif/v2.1.0), for code scanning.
///
/// Each result is on the line to blame most; the others are related locations.
struct SARIFFormat: FormatWriter {
  let name = "sarif"
  let isGeneral = false

  /// The most lines of a result.
  private static let placeCount = 10

  func write(_ report: ReportForms) throws -> TextOutput? {
    (report.problems?()).map(Self.text)
  }

  static func text(_ report: CodeProblems) -> TextOutput {
    var ruleIDs: [String] = []
    var rules: [JSONValue] = []
    var results: [JSONValue] = []
    for problem in report.problems where problem.level != .note {
      let index = ruleIDs.firstIndex(of: problem.rule.id) ?? ruleIDs.count
      if index == ruleIDs.count {
        ruleIDs.append(problem.rule.id)
        rules.append(descriptor(problem.rule))
      }
      results.append(result(problem, ruleIndex: index, fingerprint: report.fingerprint))
    }
    let run: [String: JSONValue] = [
      "tool": .object([
        "driver": .object([
          "name": .string("heapscope"), "version": .string(report.version), "rules": .array(rules),
        ])
      ]),
      "results": .array(results),
      "columnKind": .string("unicodeCodePoints"),
      "invocations": .array([
        .object([
          "executionSuccessful": .bool(true),
          "exitCode": .integer(report.problems.contains { $0.level == .error } ? 1 : 0),
        ])
      ]),
      "properties": .present([
        "profile": .string(report.profileName),
        "budgets": report.budgetCount.map { .integer(Int64($0)) },
      ]),
    ]
    return jsonText(
      .object([
        "$schema": .string("https://json.schemastore.org/sarif-2.1.0.json"),
        "version": .string("2.1.0"), "runs": .array([.object(run)]),
      ]))
  }

  private static func message(_ text: String) -> JSONValue { .object(["text": .string(text)]) }

  private static func descriptor(_ rule: CodeProblems.Rule) -> JSONValue {
    .present([
      "id": .string(rule.id),
      "shortDescription": rule.title.map(message),
      "fullDescription": rule.cost.map(message),
      "help": rule.advice.map(message),
      "helpUri": rule.link.map(JSONValue.string),
      "defaultConfiguration": .object(["level": .string("error")]),
    ])
  }

  private static func result(_ problem: CodeProblems.Problem, ruleIndex: Int, fingerprint: String)
    -> JSONValue
  {
    let advice = problem.advice.map { ". Fix: \($0)" } ?? ""
    let places = problem.places.prefix(placeCount)
    let related = places.dropFirst().enumerated().map { location($1, id: $0 + 1) }
    return .present([
      "ruleId": .string(problem.rule.id), "ruleIndex": .integer(Int64(ruleIndex)),
      "level": .string(problem.level.rawValue), "kind": .string("fail"),
      "message": message(problem.sentence + advice),
      // Code scanning recognizes an alert by this when lines move.
      "partialFingerprints": .object([
        fingerprint: .string(
          problem.title + (places.first.map { " " + $0.function } ?? ""))
      ]),
      "properties": .object([
        "sampleType": .string(problem.sampleType), "unit": .string(problem.unit),
        "value": .integer(problem.value), "share": .number(problem.share),
      ]),
      "locations": places.first.map { .array([location($0)]) },
      "relatedLocations": related.isEmpty ? nil : .array(related),
    ])
  }

  private static func location(_ place: CodeProblems.Place, id: Int? = nil) -> JSONValue {
    let physical: JSONValue = .present([
      "artifactLocation": .present([
        "uri": .string(uri(place.path)),
        "uriBaseId": place.path.hasPrefix("/") ? nil : .string("%SRCROOT%"),
      ]),
      "region": place.line > 0 ? .object(["startLine": .integer(place.line)]) : nil,
    ])
    return .present([
      "id": id.map { .integer(Int64($0)) },
      "logicalLocations": .array([
        .object([
          "fullyQualifiedName": .string(place.function), "kind": .string("function"),
        ])
      ]),
      "message": message("\(place.function): \(percentText(place.share)) of the total"),
      "physicalLocation": place.path.isEmpty ? nil : physical,
    ])
  }

  /// A path as a URI reference (RFC 3986): an absolute one with its scheme.
  static func uri(_ path: String) -> String {
    var uri = path.hasPrefix("/") ? "file://" : ""
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
        uri.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        uri += "%" + (digits.count < 2 ? "0" : "") + digits
      }
    }
    return uri
  }
}

extension ReportFormat {
  package static let sarif = ReportFormat(SARIFFormat())
}
