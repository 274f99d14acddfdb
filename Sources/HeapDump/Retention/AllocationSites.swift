import Foundations
import Glibc
package import Ownership
package import ProfileModel

/// The lines that allocated what holders hold, as far as objects were sampled.
package struct AllocationSites: Sendable {
  /// The approximate number of bytes between samples, derived from the number of samples; nil
  /// without any.
  package private(set) var sampleRate: Double?

  /// By holder: the lines, largest first.
  package private(set) var sites: [[Site]] = []

  /// By sample of the dump: its object, or -1.
  package private(set) var sampledObjects: [Int] = []

  /// By bucket of the dump: the line to blame, a row of its names' lines; -1 when unknown.
  package private(set) var bucketLines: [Int] = []

  /// By sample: the bucket, or -1.
  package private(set) var sampleBuckets: [Int] = []

  package struct Site: Sendable {
    package var line: SourceLine

    /// The row of the line in the table of the dump's names.
    package var row: Int
    package var samples = 0

    /// The bytes that the sampled objects stand for.
    package var bytes = 0.0
    package var share = 0.0

    /// Objects that were allocated here: sampled ones, and ones like them.
    package var likelyObjects = 0
    package var likelyBytes: UInt64 = 0
  }

  /// The lines of objects like the sampled ones.
  private(set) var classes = ObjectClasses()

  package init(_ retention: Retention, _ ownership: Ownership) {
    let dump = retention.dump
    let names = dump.names.profile
    let blamer = Blamer(names.locations, ownership.blame)
    var rows: [UInt64: Int] = [:]
    for (row, bucket) in dump.buckets.enumerated() {
      rows[bucket.id] = row
      let start = row == 0 ? 0 : dump.buckets[row - 1].end
      let stack = dump.bucketFrames[start..<bucket.end]
      // When the whole stack is a library's, the first line that called it.
      bucketLines.append(
        blamer.place(in: stack)?.line
          ?? stack.last.map { names.locations.lineRange(of: $0.index).lowerBound } ?? -1)
    }
    for sample in dump.samples {
      sampledObjects.append(dump.objects.object(at: sample.object) ?? -1)
      sampleBuckets.append(rows[sample.bucket] ?? -1)
    }
    let sampled = sampledObjects.count { $0 >= 0 }
    sampleRate = sampled == 0 ? nil : Self.rate(dump.objects, samples: sampled)
    classes = ObjectClasses(retention, self)
    addUp(retention, names)
    addLikely(retention)
  }

  /// Adds objects that were not sampled but are like sampled ones.
  private mutating func addLikely(_ retention: Retention) {
    if sampleRate == nil { return }
    let classes = classes
    let parts = concurrently(rangesPerCore(of: retention.graph.count)) { nodes in
      classes.sums(retention, nodes)
    }
    for holder in sites.indices {
      for index in sites[holder].indices {
        let key = ObjectClasses.Key(holder: holder, line: sites[holder][index].row)
        for part in parts {
          guard let sum = part[key] else { continue }
          sites[holder][index].likelyObjects += sum.objects
          sites[holder][index].likelyBytes += sum.bytes
        }
      }
    }
  }

  /// The largest holder among the sampled objects that a function allocated, of the reachable ones
  /// if there are any.
  package func largestObject(
    in retention: Retention, where isMeant: (UnsafeBufferPointer<UInt8>) -> Bool
  ) -> Int? {
    let names = retention.dump.names.profile
    var isMeantLine: [Int: Bool] = [:]
    func isMeantAt(_ line: Int) -> Bool {
      if let known = isMeantLine[line] { return known }
      let function = names.locations.lines[line].function.index
      let answer = Array(names.strings[bytesOf: names.functions.names[function]])
        .withUnsafeBufferPointer(isMeant)
      isMeantLine[line] = answer
      return answer
    }
    var best: (object: Int, bytes: UInt64)?
    for (index, object) in sampledObjects.enumerated() where object >= 0 {
      guard sampleBuckets[index] >= 0, bucketLines[sampleBuckets[index]] >= 0,
        isMeantAt(bucketLines[sampleBuckets[index]])
      else { continue }
      let bytes = retention.retainedBytes[Int(retention.graph.nodes[object])]
      let weight = retention.graph.nodes[object] == 0 ? 0 : bytes
      if best.map({ weight > $0.bytes }) ?? true { best = (object, weight) }
    }
    return best?.object
  }

  /// The bytes that a sampled object of a size stands for.
  func weight(ofSize size: Int) -> Double {
    guard let sampleRate, sampleRate > 1 else { return Double(size) }
    return Double(size) / -expm1(-Double(size) / sampleRate)
  }

  private mutating func addUp(_ retention: Retention, _ names: Profile) {
    var found = [[Int: Site]](repeating: [:], count: retention.holders.count)
    for (index, object) in sampledObjects.enumerated() where object >= 0 {
      guard let holder = retention.holder(of: object), sampleBuckets[index] >= 0 else { continue }
      let line = bucketLines[sampleBuckets[index]]
      if line < 0 { continue }
      var site = found[holder][line] ?? Site(line: names.locations.lines[line], row: line)
      site.samples += 1
      site.bytes += weight(ofSize: retention.dump.objects.size(of: object))
      found[holder][line] = site
    }
    sites = found.map { sites in
      let total = sites.values.reduce(0) { $0 + $1.bytes }
      return sites.sorted { ($1.value.bytes, $0.key) < ($0.value.bytes, $1.key) }.map { _, site in
        var site = site
        site.share = total > 0 ? site.bytes / total : 0
        return site
      }
    }
  }

  /// The rate at which the expected number of samples is the actual one.
  private static func rate(_ objects: HeapObjects, samples: Int) -> Double {
    var counts: [UInt32: Int] = [:]
    for shape in objects.shapes { counts[objects.shapeTable.sizes[Int(shape)], default: 0] += 1 }
    let sizes = counts.sorted { $0.key < $1.key }
    func expected(_ rate: Double) -> Double {
      sizes.reduce(0) { $0 - expm1(-Double($1.key) / rate) * Double($1.value) }
    }
    var low = 1.0
    var high = 0x1p40
    if expected(low) <= Double(samples) { return 1 }
    // The lower the rate, the more objects are sampled.
    for _ in 0..<200 {
      let middle = (low * high).squareRoot()
      if expected(middle) > Double(samples) { low = middle } else { high = middle }
    }
    return (low * high).squareRoot()
  }
}
