import Foundation
import LogText
import Metrics

/// Reads texts as files of one input, each with the time when it was written.
func processes(
  _ files: [(text: String, seconds: Double?)], every: Double? = nil
) -> [ProcessMetrics] {
  reader(files).finished(every: every)
}

func reader(_ files: [(text: String, seconds: Double?)]) -> MetricsReader {
  var result = MetricsReader()
  for (index, file) in files.enumerated() {
    result.begin(file: "file \(index + 1)", seconds: file.seconds)
    var lines = LogReader()
    lines.add(Array(file.text.utf8)[...]) { result.add($0) }
    lines.finish { result.add($0) }
    result.endFile()
  }
  return result
}

/// A scrape as client_golang writes it, with what a test says of it.
func scrape(_ figures: KeyValuePairs<String, Double>, labels: String = "") -> String {
  var text = ""
  for (name, value) in figures {
    text += "# HELP \(name) Something.\n# TYPE \(name) gauge\n\(name)\(labels) \(value)\n"
  }
  return text + "# TYPE http_requests_total counter\nhttp_requests_total{code=\"200\"} 1027\n"
}

/// Moments one minute apart, of which a test says the figures.
func minutes(
  _ count: Int, _ figures: (Double) -> KeyValuePairs<String, Double>
) -> [(text: String, seconds: Double?)] {
  (0..<count).map { (scrape(figures(Double($0))), 1_700_000_000 + 60 * Double($0)) }
}

extension ProcessMetrics {
  func finding(_ signal: Signal) -> SignalFinding { findings.first { $0.signal == signal }! }
  func values(_ series: KnownSeries) -> [Double] { moments.compactMap { $0[series] } }
}
