package import ProfileModel

/// The unit of each numeric label's key, for the whole profile.
///
/// The first unit recorded for a key counts. Without one, `request` and `alignment` are bytes, and
/// other keys are their own unit (docs/pprof-semantics.md, section 8).
package struct LabelUnits: Sendable {
  private var units: [StringID: String] = [:]

  /// For each key with several units: the one in use, and the others, sorted.
  package private(set) var conflicts: [(key: String, used: String, others: [String])] = []

  package init(_ profile: Profile) {
    var keys: [StringID] = []
    var seen: Set<StringID> = []
    var first: [StringID: StringID] = [:]
    var others: [StringID: Set<StringID>] = [:]
    // Heap profiles repeat one key with one unit.
    var last: Label?
    for label in profile.samples.labels {
      guard case .number = label.kind else { continue }
      if let last, last.key == label.key, last.string == label.string { continue }
      last = label
      if seen.insert(label.key).inserted { keys.append(label.key) }
      if label.string == .empty { continue }
      if let unit = first[label.key] {
        if unit != label.string { others[label.key, default: []].insert(label.string) }
      } else {
        first[label.key] = label.string
      }
    }
    for key in keys {
      let name = profile.strings[key]
      if let unit = first[key] {
        units[key] = profile.strings[unit]
      } else {
        units[key] = name == "request" || name == "alignment" ? "bytes" : name
      }
      if let rest = others[key] {
        let names = rest.map { profile.strings[$0] }.sorted()
        conflicts.append((name, units[key] ?? "", names))
      }
    }
    conflicts.sort { $0.key < $1.key }
  }

  /// The unit of a key; empty when no sample has the key as a number.
  package func unit(of key: StringID) -> String { units[key] ?? "" }
}

extension SampleTable {
  /// The labels of a sample, grouped by key in the order of the file: the
  /// texts or the numbers of each.
  package func labelGroups(of sample: Int) -> [(key: StringID, labels: [Label])] {
    struct Group: Hashable {
      var key: StringID
      var kind: Label.Kind
    }
    var groups: [(key: StringID, labels: [Label])] = []
    var rows: [Group: Int] = [:]
    for label in labels[labelRange(of: sample)] {
      let group = Group(key: label.key, kind: label.kind)
      if let row = rows[group] {
        groups[row].labels.append(label)
      } else {
        rows[group] = groups.count
        groups.append((label.key, [label]))
      }
    }
    return groups
  }
}
