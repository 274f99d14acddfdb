package import HeapAnalysis
package import Ownership
package import ProfileModel

/// Searches for findings as a command without further options does.
package func findHotspots(
  in profile: Profile, column: Int, own: OwnershipOptions = OwnershipOptions(),
  options: HotspotOptions = HotspotOptions(), rules: [HotspotRule] = HotspotRule.all
) -> HotspotReport {
  findHotspots(
    in: profile, column: column, ownership: Ownership(profile, own), options: options,
    rules: rules)
}
