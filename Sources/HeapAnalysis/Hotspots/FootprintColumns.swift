import Foundations
import ProfileModel

/// The columns in which a profile keeps allocated and live memory, if it has them.
struct FootprintColumns {
  var allocatedBytes: Int?
  var allocatedObjects: Int?
  var liveBytes: Int?
  var liveObjects: Int?

  /// The key of the label with the block size.
  private let sizeKey: StringID?

  init(_ profile: Profile) {
    allocatedBytes = profile.column(named: "alloc_space")
    allocatedObjects = profile.column(named: "alloc_objects")
    liveBytes = profile.column(named: "inuse_space")
    liveObjects = profile.column(named: "inuse_objects")
    sizeKey = profile.strings.find("bytes")
  }

  func footprint(of samples: [Int], in profile: Profile) -> Footprint {
    func sum(_ column: Int?) -> Int64? {
      guard let column else { return nil }
      let values = profile.samples.values[column]
      return samples.reduce(0) { saturatingSum($0, values[$1]) }
    }
    var footprint = Footprint()
    footprint.allocatedBytes = sum(allocatedBytes)
    footprint.allocatedObjects = sum(allocatedObjects)
    footprint.liveBytes = sum(liveBytes)
    footprint.liveObjects = sum(liveObjects)
    return footprint
  }

  /// The size of a sample's blocks, in bytes; 0 when unknown.
  func blockSize(ofSample sample: Int, in profile: Profile) -> Int64 {
    if let sizeKey {
      for label in profile.samples.labels[profile.samples.labelRange(of: sample)]
      where label.key == sizeKey && label.kind == .number {
        return label.number
      }
    }
    guard let allocatedBytes, let allocatedObjects else { return 0 }
    let objects = profile.samples.values[allocatedObjects][sample]
    let bytes = profile.samples.values[allocatedBytes][sample]
    return objects == 0 || objects == -1 ? 0 : bytes / objects
  }
}
