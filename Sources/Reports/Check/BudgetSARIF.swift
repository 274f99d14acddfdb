import Foundations
import HeapAnalysis

extension BudgetReport {
  /// Returns the budgets that are exceeded as SARIF 2.1.0 (OASIS standard,
  /// docs.oasis-open.org/sarif/sarif/v2.1.0), as code scanning takes it.
  ///
  /// Each result is on the line to blame most; the others are related locations.
  ///
  /// - Parameter version: heapscope's own.
  package func sarif(version: String) -> TextOutput {
    var ruleIDs: [String] = []
    var descriptors: [JSONValue] = []
    var results: [JSONValue] = []
    for outcome in exceeded {
      let id = Self.ruleID(outcome.budget)
      let index = ruleIDs.firstIndex(of: id) ?? ruleIDs.count
      if index == ruleIDs.count {
        ruleIDs.append(id)
        descriptors.append(.object(descriptor(id, outcome)))
      }
      results.append(.object(result(outcome, ruleID: id, ruleIndex: index)))
    }
    let driver: [String: JSONValue] = [
      "name": .string("heapscope"), "version": .string(version), "rules": .array(descriptors),
    ]
    let run: [String: JSONValue] = [
      "tool": .object(["driver": .object(driver)]), "results": .array(results),
      "columnKind": .string("unicodeCodePoints"),
      "invocations": .array([
        .object([
          "executionSuccessful": .bool(true),
          "exitCode": .integer(exceeded.isEmpty ? 0 : 1),
        ])
      ]),
      "properties": .object([
        "profile": .string(profileName), "budgets": .integer(Int64(outcomes.count)),
      ]),
    ]
    return jsonText(
      JSONValue.object([
        "$schema": .string("https://json.schemastore.org/sarif-2.1.0.json"),
        "version": .string("2.1.0"), "runs": .array([.object(run)]),
      ]))
  }

  private static func ruleID(_ budget: Budget) -> String {
    switch budget.subject {
    case .total: "total-budget"
    case .hotspot(let name): name
    case .functions: "function-budget"
    }
  }

  private func descriptor(_ id: String, _ outcome: BudgetOutcome) -> [String: JSONValue] {
    func message(_ text: String) -> JSONValue { .object(["text": .string(text)]) }
    var descriptor: [String: JSONValue] = ["id": .string(id)]
    let rule = rules.first { $0.kind.rawValue == id } ?? rules.first { $0.id == id }
    switch outcome.budget.subject {
    case .total: descriptor["shortDescription"] = message("memory of the whole profile")
    case .functions:
      descriptor["shortDescription"] = message("memory of a function with what it calls")
    case .hotspot:
      guard let rule else { break }
      descriptor["shortDescription"] = message(rule.title)
      descriptor["fullDescription"] = message(rule.cost)
      descriptor["help"] = message(rule.advice)
      if let link = rule.links.first { descriptor["helpUri"] = .string(link) }
    }
    descriptor["defaultConfiguration"] = .object(["level": .string("error")])
    return descriptor
  }

  private func result(
    _ outcome: BudgetOutcome, ruleID: String, ruleIndex: Int
  ) -> [String: JSONValue] {
    let advice = outcome.advice.map { ". Fix: \($0)" } ?? ""
    var result: [String: JSONValue] = [
      "ruleId": .string(ruleID), "ruleIndex": .integer(Int64(ruleIndex)),
      "level": .string("error"), "kind": .string("fail"),
      "message": .object(["text": .string(outcome.sentence + advice)]),
      // Code scanning recognises an alert by it when lines move.
      "partialFingerprints": .object([
        "heapscopeBudget/v1": .string(
          outcome.budget.text + (outcome.blame.first.map { " " + $0.function } ?? ""))
      ]),
      "properties": .object([
        "sampleType": .string(outcome.sampleType), "unit": .string(outcome.unit),
        "value": .integer(outcome.value), "share": .number(outcome.share),
      ]),
    ]
    let locations = outcome.blame.prefix(10).map(location)
    if let first = locations.first { result["locations"] = .array([.object(first)]) }
    if locations.count > 1 {
      result["relatedLocations"] = .array(
        locations.dropFirst().enumerated().map { number, location in
          var location = location
          location["id"] = .integer(Int64(number + 1))
          return .object(location)
        })
    }
    return result
  }

  private func location(_ line: BlamedLine) -> [String: JSONValue] {
    let file = path(line.file)
    var artifact: [String: JSONValue] = ["uri": .string(Self.uri(file))]
    if !file.hasPrefix("/") { artifact["uriBaseId"] = .string("%SRCROOT%") }
    var physical: [String: JSONValue] = ["artifactLocation": .object(artifact)]
    if line.line > 0 {
      physical["region"] = .object(["startLine": .integer(line.line)])
    }
    var location: [String: JSONValue] = [
      "logicalLocations": .array([
        .object([
          "fullyQualifiedName": .string(line.function), "kind": .string("function"),
        ])
      ]),
      "message": .object([
        "text": .string("\(line.function): \(percentText(line.share)) of the total")
      ]),
    ]
    if !file.isEmpty { location["physicalLocation"] = .object(physical) }
    return location
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
