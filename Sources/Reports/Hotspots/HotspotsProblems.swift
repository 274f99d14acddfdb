import Foundations
package import HeapAnalysis
import ProfileModel

/// The names that findings need where they are shown beside the code.
package struct HotspotsPlaces {
  package var profileName: String

  /// heapscope's own version.
  package var version: String

  /// The files of blamed lines, by their name in the profile: the path from the root of the working
  /// tree, if known.
  package var paths: [String: String]

  package init(profileName: String, version: String, paths: [String: String]) {
    self.profileName = profileName
    self.version = version
    self.paths = paths
  }
}

/// Returns the findings as problems on the lines to blame. All are warnings, since nobody has set a
/// limit.
package func hotspotsProblems(
  _ report: HotspotReport, rules: [HotspotRule], _ places: HotspotsPlaces
) -> CodeProblems {
  let problems = report.findings.map { finding in
    let rule = rules.first { $0.id == finding.rule }
    let size = ScaledValue(finding.value, from: report.unit, to: "auto").text
    return CodeProblems.Problem(
      level: .warning,
      rule: CodeProblems.Rule(
        id: finding.kind.rawValue, title: finding.title, cost: rule?.cost, advice: finding.advice,
        link: rule?.links.first),
      title: finding.kind.rawValue,
      sentence: "\(finding.title): takes \(percentText(finding.share)) (\(size)) of "
        + report.sampleType + (finding.isWeak ? " (weak: few samples)" : ""),
      advice: finding.advice,
      places: finding.blame.map { blamed in
        let line = blamed.nearest
        return CodeProblems.Place(
          function: line.function, path: places.paths[line.file] ?? line.file, line: line.line,
          share: blamed.share)
      },
      sampleType: report.sampleType, unit: report.unit, value: finding.value,
      share: finding.share)
  }
  return CodeProblems(
    version: places.version, profileName: places.profileName, budgetCount: nil,
    fingerprint: "heapscopeFinding/v1", problems: problems, verdict: "nothing was found")
}
