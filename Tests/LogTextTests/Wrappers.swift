import Foundation
import Testing

/// What containers, loggers, log stores, terminals and people make of the lines of a program.
struct Wrapper: CustomTestStringConvertible, Sendable {
  let name: String
  let wrap: @Sendable ([String]) -> [UInt8]

  var testDescription: String { name }

  /// Each line by itself.
  init(_ name: String, line: @escaping @Sendable (Int, String) -> String) {
    self.name = name
    wrap = { lines in
      Array(lines.enumerated().map { line($0.offset, $0.element) + "\n" }.joined().utf8)
    }
  }

  /// The text as a whole.
  init(_ name: String, text: @escaping @Sendable (String) -> String) {
    self.name = name
    wrap = { Array(text($0.map { $0 + "\n" }.joined()).utf8) }
  }

  init(_ name: String, bytes: @escaping @Sendable ([String]) -> [UInt8]) {
    self.name = name
    wrap = bytes
  }
}

func time(_ index: Int) -> String {
  let minutes = String(100 + index / 60 % 60).dropFirst()
  return "2026-11-03T10:\(minutes):\(String(100 + index % 60).dropFirst()).123456Z"
}

/// A text in JSON.
func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\t": result += "\\t"
    case "<", ">", "&": result += "\\u00" + String(scalar.value, radix: 16)
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}

/// As a terminal of a width shows them.
private func broken(_ line: String, _ width: Int) -> String {
  var expanded = ""
  for character in line {
    if character == "\t" {
      expanded += String(repeating: " ", count: 8 - expanded.count % 8)
    } else {
      expanded.append(character)
    }
  }
  var pieces: [Substring] = []
  var rest = expanded[...]
  while rest.count > width {
    pieces.append(rest.prefix(width))
    rest = rest.dropFirst(width)
  }
  return (pieces + [rest]).joined(separator: "\n")
}

private func utf16(_ text: String, isBig: Bool, mark: Bool) -> [UInt8] {
  ((mark ? "\u{feff}" : "") + text).utf16.flatMap { unit in
    isBig
      ? [UInt8(unit >> 8), UInt8(truncatingIfNeeded: unit)]
      : [UInt8(truncatingIfNeeded: unit), UInt8(unit >> 8)]
  }
}

private func journal(_ lines: [String]) -> [UInt8] {
  let text = Array(lines.map { $0 + "\n" }.joined().utf8)
  let length = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> ($0 * 8)) }
  return Array("__CURSOR=s=1\n__REALTIME_TIMESTAMP=1700000000000000\n_PID=12\nMESSAGE\n".utf8)
    + length + text + Array("\n_HOSTNAME=web\n\n".utf8)
}

let wrappers: [Wrapper] =
  exportWrappers + [
    // Encodings and terminals.
    Wrapper("CRLF", text: { $0.replacingOccurrences(of: "\n", with: "\r\n") }),
    Wrapper("UTF-8 with a mark", text: { "\u{feff}" + $0 }),
    Wrapper(
      "PowerShell",
      bytes: { utf16($0.map { $0 + "\r\n" }.joined(), isBig: false, mark: true) }),
    Wrapper("UTF-16BE", bytes: { utf16($0.map { $0 + "\n" }.joined(), isBig: true, mark: true) }),
    Wrapper(
      "UTF-16LE without a mark",
      bytes: { utf16($0.map { $0 + "\n" }.joined(), isBig: false, mark: false) }),
    Wrapper("docker compose", line: { "web-1  | \($1)" }),
    Wrapper("docker compose in colour", line: { "\u{1b}[36mweb-1  |\u{1b}[0m \($1)\u{1b}[0m" }),
    Wrapper("colour that a page shows", line: { "[36mweb-1  |[0m \($1)[0m" }),
    Wrapper("GitLab", line: { "\u{1b}[0K\u{1b}[32;1m\($1)\u{1b}[0;m" }),
    Wrapper("a terminal's title", line: { "\u{1b}]0;build\u{7}\($1)\u{1b}[K" }),
    // Prefixes and suffixes.
    Wrapper("kubectl --prefix", line: { "[pod/web-1/app] \($1)" }),
    Wrapper("stern", line: { "web-1 app \($1)" }),
    Wrapper("kubectl --timestamps", line: { "\(time($0)) \($1)" }),
    Wrapper("syslog", line: { "Nov  3 10:00:00 host web[\(1234)]: \($1)" }),
    Wrapper(
      "rsyslog", line: { "Nov  3 10:00:00 host web[1234]: \($1.replacing("\t", with: "#011"))" }),
    Wrapper("klog", line: { "I1103 10:00:00.123456    1234 main.go:\($0)] \($1)" }),
    Wrapper("zap's console", line: { "\(time($0))\tINFO\tpump/main.go:20\t\($1)" }),
    Wrapper(
      "zap's console with fields",
      line: { "\(time($0))\tINFO\tpump/main.go:20\t\($1)\t{\"component\": \"gc\"}" }),
    Wrapper("Heroku", line: { "\(time($0)) app[web.1]: \($1)" }),
    Wrapper("logcli", line: { "\(time($0)) {pod=\"web-1\"} \($1)" }),
    Wrapper("a quotation", line: { "> \($1)" }),
    Wrapper(
      "fields behind", line: { "info \(time($0)) \($1) function=logWriter.Write source=d.go:7" }),
    Wrapper(
      "fields behind that change", line: { "\(time($0)) \($1) caller=main.go:\($0) seq=\($0)" }),
    // Records.
    Wrapper(
      "Docker",
      line: { "{\"log\":\(quoted($1 + "\n")),\"stream\":\"stderr\",\"time\":\"\(time($0))\"}" }),
    Wrapper(
      "Docker in parts",
      line: { index, line in
        let parts =
          line.count > 20 ? [String(line.prefix(20)), line.dropFirst(20) + "\n"] : [line + "\n"]
        return parts.map { "{\"log\":\(quoted($0)),\"stream\":\"stderr\"}" }.joined(separator: "\n")
      }),
    Wrapper("CRI", line: { "\(time($0)) stderr F \($1)" }),
    Wrapper(
      "CRI in parts",
      line: { index, line in
        line.count > 30
          ? "\(time(index)) stderr P \(line.prefix(30))\n\(time(index)) stderr F \(line.dropFirst(30))"
          : "\(time(index)) stderr F \(line)"
      }),
    Wrapper("journald's export", bytes: journal),
    Wrapper(
      "journald's JSON",
      line: { "{\"_PID\":\"12\",\"MESSAGE\":\(quoted($1)),\"SYSLOG_IDENTIFIER\":\"web\"}" }),
    Wrapper(
      "journald's JSON of bytes",
      line: { "{\"_PID\":\"12\",\"MESSAGE\":[\($1.utf8.map(String.init).joined(separator: ","))]}" }
    ),
    Wrapper(
      "logrus' text",
      line: { "time=\"\(time($0))\" level=info msg=\(quoted($1)) component=x" }),
    Wrapper(
      "slog's text",
      line: { index, line in
        let isBare = !line.isEmpty && !line.contains { " \t\"=\\".contains($0) }
        return "time=\(time(index)) level=INFO msg=\(isBare ? line : quoted(line))"
      }),
    Wrapper(
      "slog's JSON", line: { "{\"time\":\"\(time($0))\",\"level\":\"INFO\",\"msg\":\(quoted($1))}" }
    ),
    Wrapper("zap's JSON", line: { "{\"L\":\"INFO\",\"T\":\"\(time($0))\",\"M\":\(quoted($1))}" }),
    Wrapper(
      "zerolog",
      line: { "{\"level\":\"info\",\"time\":\(1_700_000_000 + $0),\"message\":\(quoted($1))}" }),
    Wrapper(
      "Elastic",
      line: {
        "{\"@timestamp\":\"\(time($0))\",\"log\":{\"level\":\"error\"},\"message\":\(quoted($1)),"
          + "\"kubernetes\":{\"pod\":{\"name\":\"web-1\"}}}"
      }),
    Wrapper(
      "Loki's lines",
      line: {
        "{\"labels\":{\"pod\":\"web-1\"},\"line\":\(quoted($1)),\"timestamp\":\"\(time($0))\"}"
      }),
    Wrapper(
      "Loki's answer",
      bytes: { lines in
        let values = lines.enumerated().map {
          "[\"17000000000000000\(10 + $0.offset)\",\(quoted($0.element))]"
        }
        return Array(
          "{\"status\":\"success\",\"data\":{\"result\":[{\"stream\":{\"pod\":\"web-1\"},\"values\":[\(values.joined(separator: ","))]}]}}"
            .utf8)
      }),
    Wrapper(
      "Cloud Logging",
      bytes: { lines in
        let records = lines.enumerated().map {
          "  {\n    \"insertId\": \"a\($0.offset)\",\n    \"textPayload\": \(quoted($0.element)),\n"
            + "    \"resource\": {\n      \"labels\": {\n        \"pod_name\": \"web-1\"\n      }\n    }\n  }"
        }
        return Array("[\n\(records.joined(separator: ",\n"))\n]\n".utf8)
      }),
    Wrapper(
      "Elasticsearch's hits",
      bytes: { lines in
        let records = lines.enumerated().map {
          "{ \"_id\": \"\($0.offset)\", \"_source\": { \"message\": \(quoted($0.element)) } }"
        }
        return Array(
          "{ \"took\": 1,\n \"hits\": {\n \"hits\": [\n\(records.joined(separator: ",\n"))\n] } }\n"
            .utf8)
      }),
    Wrapper(
      "OpenTelemetry",
      bytes: { lines in
        let records = lines.map {
          "{\"timeUnixNano\":\"1700000000000000000\",\"body\":{\"stringValue\":\(quoted($0))}}"
        }
        return Array(
          ("{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"k8s.pod.name\",\"value\":{\"stringValue\":\"w\"}}]},"
            + "\"scopeLogs\":[{\"logRecords\":[\(records.joined(separator: ","))]}]}]}\n").utf8)
      }),
    Wrapper(
      "go test -json",
      line: {
        "{\"Time\":\"\(time($0))\",\"Action\":\"output\",\"Package\":\"example.com/x\",\"Output\":\(quoted($1 + "\n"))}"
      }),
    Wrapper(
      "slog in Docker",
      line: {
        "{\"log\":\(quoted("{\"level\":\"INFO\",\"msg\":\(quoted($1))}\n")),\"stream\":\"stderr\"}"
      }),
    Wrapper(
      "JSON behind CRI", line: { "\(time($0)) stderr F {\"level\":\"info\",\"msg\":\(quoted($1))}" }
    ),
    // A text in one line.
    Wrapper(
      "one field of JSON",
      text: { "{\"level\":\"error\",\"msg\":\"boom\",\"stacktrace\":\(quoted($0))}\n" }),
    Wrapper(
      "one field of logfmt",
      text: { "time=\(time(0)) level=ERROR msg=recovered stack=\(quoted($0))\n" }),
    Wrapper(
      "literal ends",
      text: {
        "[error] stack: "
          + $0.replacing("\n", with: "\\n").replacing("\t", with: "\\t") + "\n"
      }),
    Wrapper(
      "ends that rsyslog wrote",
      text: {
        "Nov  3 10:00:00 host web[12]: "
          + $0.replacing("\n", with: "#012").replacing("\t", with: "#011") + "\n"
      }),
    // What people copy.
    Wrapper("tabs of 4 blanks", text: { $0.replacing("\t", with: "    ") }),
    Wrapper("tabs of 8 blanks", text: { $0.replacing("\t", with: "        ") }),
    Wrapper("no tabs", text: { $0.replacing("\t", with: "") }),
    Wrapper(
      "blanks of a page",
      text: { $0.replacing("\t", with: "\u{a0}\u{a0}").replacing(" ", with: "\u{a0}") }),
    Wrapper(
      "the source of a page",
      text: {
        $0.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      }),
    Wrapper("80 columns", line: { broken($1, 80) }),
    Wrapper("100 columns", line: { broken($1, 100) }),
    Wrapper("120 columns", line: { broken($1, 120) }),
    Wrapper("80 columns with times", line: { broken("\(time($0)) \($1)", 80) }),
    Wrapper(
      "newest first",
      bytes: { Array($0.reversed().map { $0 + "\n" }.joined().utf8) }),
    Wrapper(
      "newest first in JSON",
      bytes: { lines in
        Array(
          lines.enumerated().reversed().map {
            "{\"msg\":\(quoted($0.element)),\"time\":\"\(time($0.offset))\"}\n"
          }.joined().utf8)
      }),
  ]
