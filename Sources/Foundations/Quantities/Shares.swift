/// Returns |value / total| as pprof prints it: `  100%`, `12.50%`, `0.025%`.
///
/// 0 when the total is 0. The text is at least six characters wide.
package func percentage(_ value: Int64, of total: Int64) -> String {
  let ratio = total == 0 ? 0 : abs(Double(value) / Double(total)) * 100
  if ratio >= 99.95, ratio <= 100.05 { return "  100%" }
  return (ratio >= 1 ? formatted(ratio, "%5.2f") : formatted(ratio, "%5.2g")) + "%"
}

/// `12.3%`, `0.4%`, `<0.1%`.
package func percentText(_ share: Double) -> String {
  if share != 0, abs(share) < 0.001 { return "<0.1%" }
  return formattedTenths(share * 100) + "%"
}

private func formattedTenths(_ value: Double) -> String {
  let tenths = (value * 10).rounded()
  guard abs(tenths) < 1e15 else { return "\(value)" }
  let whole = Int64(tenths)
  return "\(whole < 0 ? "-" : "")\(whole.magnitude / 10).\(whole.magnitude % 10)"
}
