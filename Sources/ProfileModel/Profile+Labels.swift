extension Profile {
  /// Adds text labels to all samples. A sample that has a text under a key keeps it: it was
  /// labelled before profiles were merged.
  package mutating func addLabels(_ texts: [(key: String, text: String)]) {
    for (key, text) in texts {
      addLabel(.text(strings.intern(key), strings.intern(text)))
    }
  }

  private mutating func addLabel(_ label: Label) {
    var labels: [Label] = []
    labels.reserveCapacity(samples.labels.count + samples.count)
    var ends: [Int] = []
    ends.reserveCapacity(samples.count)
    for sample in 0..<samples.count {
      let own = samples.labels[samples.labelRange(of: sample)]
      labels += own
      if !own.contains(where: { $0.key == label.key && $0.kind == .text }) { labels.append(label) }
      ends.append(labels.count)
    }
    samples.labels = labels
    samples.labelEnds = ends
  }
}
