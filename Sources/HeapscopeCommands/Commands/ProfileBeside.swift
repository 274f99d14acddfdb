import HeapAnalysis
import Ownership
import ProfileModel

/// A heap profile given with a log or metrics of the same time.
struct ProfileBeside {
  let profile: Profile

  /// The column of the sample type.
  let column: Int
  let findings: HotspotReport
  let ownCode: OwnershipOptions

  /// - Parameters:
  ///   - type: the sample type that it must have.
  ///   - purpose: what is impossible without that type, and what would be right.
  init(
    _ name: String, _ type: String, _ purpose: String, _ loading: LoadingRequest,
    _ request: OwnCodeRequest, in session: Session
  ) throws {
    profile = try session.load([name], loading, usesSymbols: true).profile
    guard let column = profile.column(named: type) else {
      throw CommandFailure(
        .badData, "\(session.inputName(name)): has no \(type), so it does not say \(purpose)")
    }
    let settings = try session.settings(request)
    ownCode = request.options(settings)
    self.column = column
    findings = findHotspots(
      in: profile, column: column, ownership: Ownership(profile, ownCode),
      options: session.hotspotOptions(settings, request, sourcePath: ""), rules: settings.rules)
    session.noteSources(findings.sourceNotes)
  }
}
