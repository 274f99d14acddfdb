/// Where a profile, or a part of it, comes from, according to its file name or labels.
package struct ProfileOrigin: Hashable, Sendable {
  package enum Field: Int, CaseIterable, Sendable {
    case service, version, host, pod

    package var name: String { "\(self)" }

    /// The label keys of a field: heapscope's own (`merge --label`), then OpenTelemetry's.
    var labelKeys: [String] {
      switch self {
      case .service: ["service", "service.name"]
      case .version: ["version", "service.version"]
      case .host: ["host", "host.name"]
      case .pod: ["pod", "k8s.pod.name"]
      }
    }
  }

  private var texts = [String?](repeating: nil, count: Field.allCases.count)

  package init() {}

  /// Nil when unknown.
  package subscript(field: Field) -> String? {
    get { texts[field.rawValue] }
    set { texts[field.rawValue] = newValue }
  }

  package var isEmpty: Bool { texts.allSatisfy { $0 == nil } }
}

/// The origins of a profile's samples.
package struct SampleOrigins: Sendable {
  /// Each once, in the order of their first samples.
  package private(set) var origins: [ProfileOrigin] = []

  /// By sample: a row of ``origins``; empty when all are of the first one.
  package private(set) var rowOfSample: [Int32] = []

  /// - Parameter known: what the file's name says; it overrides labels.
  package init(_ profile: Profile, known: ProfileOrigin) {
    var fields: [StringID: (field: ProfileOrigin.Field, rank: Int)] = [:]
    for field in ProfileOrigin.Field.allCases where known[field] == nil {
      for (rank, key) in field.labelKeys.enumerated() {
        if let id = profile.strings.find(key) { fields[id] = (field, rank) }
      }
    }
    let samples = profile.samples
    guard !fields.isEmpty, samples.labels.contains(where: { fields[$0.key] != nil }) else {
      origins = [known]
      return
    }
    var rows: [[StringID]: Int32] = [:]
    rowOfSample.reserveCapacity(samples.count)
    for sample in 0..<samples.count {
      // By field: the text, and the key that it came from.
      var texts = [StringID](repeating: .empty, count: ProfileOrigin.Field.allCases.count)
      var ranks = [Int](repeating: .max, count: texts.count)
      for label in samples.labels[samples.labelRange(of: sample)] where label.kind == .text {
        guard let (field, rank) = fields[label.key], rank < ranks[field.rawValue] else { continue }
        texts[field.rawValue] = label.string
        ranks[field.rawValue] = rank
      }
      if let row = rows[texts] {
        rowOfSample.append(row)
        continue
      }
      var origin = known
      for field in ProfileOrigin.Field.allCases where texts[field.rawValue] != .empty {
        origin[field] = profile.strings[texts[field.rawValue]]
      }
      rows[texts] = Int32(origins.count)
      rowOfSample.append(Int32(origins.count))
      origins.append(origin)
    }
    if origins.isEmpty { origins = [known] }
  }

  package func row(ofSample sample: Int) -> Int {
    rowOfSample.isEmpty ? 0 : Int(rowOfSample[sample])
  }
}
