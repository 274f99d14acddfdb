import Foundations
import ProfileModel

extension Profile {
  /// Adds a frame for each key at the root or leaf of every stack, named after
  /// the label's values (docs/pprof-semantics.md, section 6).
  ///
  /// - Parameters:
  ///   - roots: keys, the first one outermost.
  ///   - leaves: keys, the last one innermost.
  ///   - unit: what numbers recorded with a unit are formatted into.
  /// - Returns: whether any sample has one of the keys, for roots and leaves.
  mutating func addTagFrames(
    roots: [String], leaves: [String], unit: String
  ) -> (roots: Bool, leaves: Bool) {
    if roots.isEmpty, leaves.isEmpty { return (false, false) }
    var frames = TagFrameTable(self)
    // Many samples may have one long text.
    struct LabelsOfKey: Hashable {
      var key: StringID
      var groups: [[Label]]
    }
    var known: [LabelsOfKey: LocationID] = [:]
    var found = (roots: false, leaves: false)
    // Leaf first: the last key of a list is closest to the leaf.
    let rootKeys = roots.reversed().map { strings.intern($0) }
    let leafKeys = leaves.reversed().map { strings.intern($0) }
    var newFrames: [LocationID] = []
    newFrames.reserveCapacity(
      samples.frameCount + samples.count * (roots.count + leaves.count))
    var newEnds: [Int] = []
    for sample in 0..<samples.count {
      let groups = samples.labelGroups(of: sample)
      func tagFrames(_ keys: [StringID], _ found: inout Bool) -> [LocationID] {
        keys.map { key in
          let labels = LabelsOfKey(key: key, groups: groups.filter { $0.key == key }.map(\.labels))
          found = found || labels.groups.contains { !$0.isEmpty }
          if let known = known[labels] { return known }
          let values = formattedValues(labels.groups, unit: unit)
          let location = frames.location(named: values, key: key, in: &self)
          known[labels] = location
          return location
        }
      }
      // The root's frames are made first, so that their ids precede the leaf's.
      let rootFrames = tagFrames(rootKeys, &found.roots)
      newFrames += tagFrames(leafKeys, &found.leaves)
      newFrames += samples.frames[samples.frameRange(of: sample)]
      newFrames += rootFrames
      newEnds.append(newFrames.count)
    }
    samples.frames = newFrames
    samples.frameEnds = newEnds
    return found
  }

  private func formattedValues(
    _ groups: [[Label]], unit: String
  ) -> [[UInt8]] {
    var texts: [[UInt8]] = []
    var numbers: [[UInt8]] = []
    for labels in groups {
      // A key's numbers have units if any of them has one.
      let hasUnits = labels.contains { $0.kind == .number && $0.string != .empty }
      for label in labels {
        if label.kind == .text {
          texts.append(Array(strings[bytesOf: label.string]))
        } else {
          let scaled =
            hasUnits
            ? ScaledValue(label.number, from: strings[label.string], to: unit)
            : ScaledValue(label.number, from: "", to: "")
          numbers.append(Array(scaled.text.utf8))
        }
      }
    }
    return texts + numbers
  }
}

/// The frames made so far, by name and key.
private struct TagFrameTable {
  private struct Key: Hashable {
    var name: StringID
    var file: StringID
  }

  private var locations: [Key: LocationID] = [:]
  private var functionID: UInt64
  private var locationID: UInt64

  /// The frames get ids after those of the profile.
  init(_ profile: Profile) {
    functionID = profile.functions.ids.max() ?? 0
    locationID = profile.locations.ids.max() ?? 0
  }

  mutating func location(
    named values: [[UInt8]], key: StringID, in profile: inout Profile
  ) -> LocationID {
    let name = profile.strings.intern(Array(values.joined(separator: [UInt8(ascii: ",")])))
    let tableKey = Key(name: name, file: key)
    if let location = locations[tableKey] { return location }
    functionID &+= 1
    locationID &+= 1
    let function = profile.functions.append(
      id: functionID, name: name, systemName: .empty, file: key,
      startLine: 0)
    let location = profile.locations.append(
      id: locationID, mapping: .none, address: 0,
      lines: [SourceLine(function: function, line: 0)])
    locations[tableKey] = location
    return location
  }
}
