import Foundation

/// Checks a log against the rules of SARIF 2.1.0 (OASIS standard, sections 3.13
/// and following) for the objects that heapscope writes: which properties an
/// object may have, which it must have, and what their values may be.
struct SARIFRules {
  private(set) var problems: [String] = []

  /// An object's properties by section 3 of the standard; `!` marks required ones.
  private static let objects: [String: Set<String>] = [
    "log": ["version!", "runs!", "$schema", "inlineExternalProperties", "properties"],
    "run": [
      "tool!", "invocations", "conversion", "versionControlProvenance", "originalUriBaseIds",
      "artifacts", "logicalLocations", "graphs", "results", "automationDetails", "runAggregates",
      "baselineGuid", "redactionTokens", "defaultEncoding", "defaultSourceLanguage",
      "newlineSequences", "columnKind", "externalPropertyFileReferences", "threadFlowLocations",
      "taxonomies", "addresses", "translations", "policies", "webRequests", "webResponses",
      "specialLocations", "language", "properties",
    ],
    "tool": ["driver!", "extensions", "properties"],
    "driver": [
      "name!", "guid", "organization", "product", "productSuite", "shortDescription",
      "fullDescription", "fullName", "version", "semanticVersion", "dottedQuadFileVersion",
      "releaseDateUtc", "downloadUri", "informationUri", "rules", "notifications", "taxa",
      "language", "contents", "isComprehensive", "properties",
    ],
    "rule": [
      "id!", "deprecatedIds", "guid", "deprecatedGuids", "name", "deprecatedNames",
      "shortDescription", "fullDescription", "messageStrings", "defaultConfiguration", "helpUri",
      "help", "relationships", "properties",
    ],
    "configuration": ["enabled", "level", "rank", "parameters", "properties"],
    "result": [
      "message!", "ruleId", "ruleIndex", "rule", "kind", "level", "analysisTarget", "locations",
      "guid", "correlationGuid", "occurrenceCount", "partialFingerprints", "fingerprints",
      "stacks", "codeFlows", "graphs", "graphTraversals", "relatedLocations", "suppressions",
      "baselineState", "rank", "attachments", "hostedViewerUri", "workItemUris", "provenance",
      "fixes", "taxa", "webRequest", "webResponse", "properties",
    ],
    "location": [
      "id", "physicalLocation", "logicalLocations", "message", "annotations", "relationships",
      "properties",
    ],
    "physicalLocation": ["address", "artifactLocation", "region", "contextRegion", "properties"],
    "artifactLocation": ["uri", "uriBaseId", "index", "description", "properties"],
    "region": [
      "startLine", "startColumn", "endLine", "endColumn", "charOffset", "charLength",
      "byteOffset", "byteLength", "snippet", "message", "sourceLanguage", "properties",
    ],
    "logicalLocation": [
      "name", "index", "fullyQualifiedName", "decoratedName", "parentIndex", "kind", "properties",
    ],
    "message": ["text", "markdown", "id", "arguments", "properties"],
    "invocation": [
      "executionSuccessful!", "exitCode", "exitCodeDescription", "commandLine", "arguments",
      "responseFiles", "startTimeUtc", "endTimeUtc", "ruleConfigurationOverrides",
      "notificationConfigurationOverrides", "toolExecutionNotifications",
      "toolConfigurationNotifications", "exitSignalName", "exitSignalNumber",
      "processStartFailureMessage", "machine", "account", "processId", "executableLocation",
      "workingDirectory", "environmentVariables", "stdin", "stdout", "stderr", "stdoutStderr",
      "properties",
    ],
  ]

  init(_ text: String) throws {
    let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
    log(value)
  }

  private mutating func need(_ condition: Bool, _ place: String, _ rule: String) {
    if !condition { problems.append("\(place): \(rule)") }
  }

  /// Returns the object after checking the names of its properties.
  private mutating func object(_ value: Any?, _ type: String, _ place: String) -> [String: Any] {
    guard let object = value as? [String: Any] else {
      problems.append("\(place): is no object")
      return [:]
    }
    let known = Self.objects[type] ?? []
    for name in object.keys where !known.contains(name) && !known.contains(name + "!") {
      problems.append("\(place): \(type) has no property \(name)")
    }
    for name in known where name.hasSuffix("!") {
      need(object[String(name.dropLast())] != nil, place, "\(name.dropLast()) is required")
    }
    return object
  }

  private mutating func list(_ value: Any?, _ place: String) -> [Any] {
    guard let value else { return [] }
    need(value is [Any], place, "is no array")
    return value as? [Any] ?? []
  }

  private mutating func log(_ value: Any) {
    let log = object(value, "log", "$")
    need(log["version"] as? String == "2.1.0", "$.version", "is 2.1.0")
    need((log["$schema"] as? String).flatMap { URL(string: $0) }?.scheme != nil, "$", "$schema")
    for (index, run) in list(log["runs"], "$.runs").enumerated() {
      self.run(run, "$.runs[\(index)]")
    }
  }

  private mutating func run(_ value: Any, _ place: String) {
    let run = object(value, "run", place)
    let tool = object(run["tool"], "tool", place + ".tool")
    let driver = object(tool["driver"], "driver", place + ".driver")
    need((driver["name"] as? String)?.isEmpty == false, place, "the driver has a name")
    var ids: [String] = []
    for value in list(driver["rules"], place + ".rules") {
      let rule = object(value, "rule", place + ".rules[\(ids.count)]")
      ids.append(rule["id"] as? String ?? "")
      for name in ["shortDescription", "fullDescription", "help"] where rule[name] != nil {
        message(rule[name], place + ".rules.\(name)", needsText: true)
      }
      if let link = rule["helpUri"] {
        need((link as? String).flatMap { URL(string: $0) }?.scheme != nil, place, "helpUri")
      }
      if let value = rule["defaultConfiguration"] {
        level(object(value, "configuration", place)["level"], place)
      }
    }
    need(Set(ids).count == ids.count, place, "ids of rules are unique")
    need(
      ["utf16CodeUnits", "unicodeCodePoints", nil].contains(run["columnKind"] as? String), place,
      "columnKind")
    for value in list(run["invocations"], place + ".invocations") {
      let invocation = object(value, "invocation", place + ".invocations")
      need(invocation["executionSuccessful"] is Bool, place, "executionSuccessful is a boolean")
      need(invocation["exitCode"] == nil || invocation["exitCode"] is Int, place, "exitCode")
    }
    need(run["results"] is [Any], place, "a run that was made has results")
    for (index, value) in list(run["results"], place + ".results").enumerated() {
      result(value, place + ".results[\(index)]", rules: ids)
    }
  }

  private mutating func result(_ value: Any, _ place: String, rules: [String]) {
    let result = object(value, "result", place)
    message(result["message"], place + ".message", needsText: true)
    let kind = result["kind"] as? String ?? "fail"
    need(
      ["notApplicable", "pass", "fail", "review", "open", "informational"].contains(kind), place,
      "kind \(kind)")
    level(result["level"], place)
    need(
      kind == "fail" || ["none", nil].contains(result["level"] as? String), place,
      "a level other than none goes with fail")
    if let index = result["ruleIndex"] as? Int {
      need(rules.indices.contains(index), place, "ruleIndex is in the rules")
      if rules.indices.contains(index), let id = result["ruleId"] as? String {
        need(rules[index] == id, place, "ruleId is that of ruleIndex")
      }
    }
    if let prints = result["partialFingerprints"] {
      need(prints is [String: String], place, "fingerprints are texts")
    }
    var related: [Int] = []
    for value in list(result["locations"], place) { _ = location(value, place + ".locations") }
    for value in list(result["relatedLocations"], place) {
      if let id = location(value, place + ".relatedLocations") { related.append(id) }
    }
    need(Set(related).count == related.count, place, "ids of locations are unique")
  }

  private mutating func location(_ value: Any, _ place: String) -> Int? {
    let location = object(value, "location", place)
    if let value = location["message"] { message(value, place, needsText: true) }
    for value in list(location["logicalLocations"], place) {
      _ = object(value, "logicalLocation", place)
    }
    guard let value = location["physicalLocation"] else { return location["id"] as? Int }
    let physical = object(value, "physicalLocation", place)
    need(physical["address"] != nil || physical["artifactLocation"] != nil, place, "has a place")
    let artifact = object(physical["artifactLocation"], "artifactLocation", place)
    let uri = artifact["uri"] as? String ?? ""
    need(URLComponents(string: uri) != nil && !uri.contains(" "), place, "'\(uri)' is a URI")
    if artifact["uriBaseId"] != nil {
      need(URLComponents(string: uri)?.scheme == nil, place, "a base goes with a relative URI")
    }
    if let region = physical["region"] {
      let line = object(region, "region", place)["startLine"] as? Int
      need((line ?? 1) >= 1, place, "lines count from 1")
    }
    let id = location["id"] as? Int
    need((id ?? 0) >= -1, place, "id")
    return id
  }

  private mutating func message(_ value: Any?, _ place: String, needsText: Bool) {
    let message = object(value, "message", place)
    if needsText {
      need((message["text"] as? String)?.isEmpty == false, place, "a message has a text")
    }
  }

  private mutating func level(_ value: Any?, _ place: String) {
    need(
      ["none", "note", "warning", "error", nil].contains(value as? String), place,
      "level \(value ?? "")")
  }
}
