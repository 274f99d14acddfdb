package import HeapAnalysis
package import Ownership
package import ProfileModel

/// Looks for findings, as a command does that was told no more than this.
package func findHotspots(
  in profile: Profile, column: Int, own: OwnershipOptions = OwnershipOptions(),
  options: HotspotOptions = HotspotOptions(), rules: [HotspotRule] = HotspotRule.all
) -> HotspotReport {
  findHotspots(
    in: profile, column: column, ownership: Ownership(profile, own), options: options,
    rules: rules)
}
