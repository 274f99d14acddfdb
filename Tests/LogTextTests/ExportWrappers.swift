import Foundation

/// A value in a table.
private func cell(_ text: String) -> String {
  "\"" + text.replacing("\"", with: "\"\"") + "\""
}

/// A table whose lines a closure makes.
private func table(
  _ names: String, _ line: @escaping @Sendable (Int, String) -> String
) -> @Sendable ([String]) -> [UInt8] {
  { lines in
    let rows = lines.enumerated().map { line($0.offset, $0.element) + "\n" }
    return Array((names + "\n" + rows.joined()).utf8)
  }
}

/// What log stores and shells hand out, and what stands right before a text.
let exportWrappers: [Wrapper] = [
  // Tables.
  Wrapper(
    "Kibana's table",
    bytes: table("\"@timestamp\",message,\"kubernetes.pod.name\"") {
      "\"Nov 3, 2026 @ 10:00:\($0)\",\(cell($1)),\"web-1\""
    }),
  Wrapper(
    "Datadog's table",
    bytes: table("date,Host,Service,Message") { "\"\(time($0))\",\"node7\",\"web\",\(cell($1))" }),
  Wrapper(
    "a table with quotes where they are needed",
    bytes: table("timestamp,message") { index, line in
      let isPlain = !line.contains { ",\"".contains($0) }
      return "\(1_762_160_400_000 + index),\(isPlain ? line : cell(line))"
    }),
  Wrapper(
    "Grafana's table",
    bytes: table("Time,Line,tsNs") { "\(time($0)),\(cell($1)),17621604000000\(10000 + $0)" }),
  Wrapper(
    "Splunk's table", bytes: table("\"_raw\",\"_time\"") { "\(cell($1)),\"\(time($0))\"" }),
  Wrapper(
    "a table with semicolons and CRLF",
    bytes: table("Date;Pod;Message\r") { "\(time($0));web-1;\(cell($1))\r" }),
  Wrapper(
    "a table with a text in one value",
    bytes: { lines in
      Array(
        "date,service,message\n\(time(0)),web,\(cell(lines.joined(separator: "\n")))\n".utf8)
    }),
  // Records.
  Wrapper(
    "Fluent Bit",
    line: { "{\"source\":\"stderr\",\"log\":\(quoted($1)),\"container_name\":\"/web\"}" }),
  Wrapper(
    "Fluent Bit on a terminal",
    line: {
      "[\($0)] kube.web: [[1762160400.1, {}], {\"log\":\(quoted($1)),\"stream\":\"stderr\"}]"
    }),
  Wrapper(
    "Fluentd", line: { "\(time($0)) kube.web: {\"log\":\(quoted($1)),\"stream\":\"stderr\"}" }),
  Wrapper(
    "Azure Container Apps", line: { "{\"TimeStamp\":\"\(time($0))\",\"Log\":\(quoted("F " + $1))}" }
  ),
  Wrapper(
    "Splunk's records",
    line: { "{\"preview\":false,\"result\":{\"_raw\":\(quoted($1)),\"host\":\"node7\"}}" }),
  Wrapper(
    "a list of texts",
    bytes: { Array("[\($0.map(quoted).joined(separator: ", "))]\n".utf8) }),
  Wrapper(
    "an indented list of texts",
    bytes: { Array("[\n  \($0.map(quoted).joined(separator: ",\n  "))\n]\n".utf8) }),
  // Ends and beginnings of lines.
  Wrapper("carriage returns alone", text: { $0.replacing("\n", with: "\r") }),
  Wrapper("logrus on a terminal", line: { "INFO[\(String(10_000 + $0).dropFirst())] \($1)" }),
  Wrapper("log15", line: { "INFO[11-03|10:00:\(10 + $0 % 50)] \($1)" }),
  Wrapper(
    "svlogd's times", line: { "@4000000068\(String(0xa00000 + $0, radix: 16))1234abcd \($1)" }),
  Wrapper("grep's numbers", line: { "\($0 + 1)\($0 % 3 == 0 ? ":" : "-")\($1)" }),
  Wrapper("grep's names", line: { "logs/app.log:\($0 + 1):\($1)" }),
  Wrapper("a patch", line: { "+\($1)" }),
  Wrapper("Fly", line: { "\(time($0)) app[e286de4f] fra [info]\($1)" }),
]
