import HeapDump
package import ProfileModel

extension HeldReport {
  /// What is held, as a profile that all other commands and pprof read.
  ///
  /// A stack has, from the root inwards: the holder, the types on the path, and the line that
  /// allocated. `self` counts objects where they are, so that cum is what would be freed with a
  /// frame; `retained` has the sums of the holders. Both add up to what is reachable.
  package func profile() -> Profile {
    let contexts = HeldContexts(retention, allocations)
    var lines = NamedLines()
    var samples = SampleTable(typeCount: 4)
    let holders = rows.map { lines.location(Array($0.name.utf8)[...], file: [], line: 0) }
    for (row, holder) in zip(rows, holders) {
      samples.append(
        stack: [holder],
        values: [Int64(row.holder.objects), Int64(clamping: row.holder.bytes), 0, 0])
    }
    for row in contexts.rows {
      var stack = row.kinds.reversed().map {
        lines.location(Array($0.text.utf8)[...], file: [], line: 0)
      }
      if let line = row.line {
        let source = names.locations.lines[line]
        stack.insert(
          lines.location(functionName(source), file: fileName(source), line: source.line), at: 0)
      }
      stack.append(holders[row.holder])
      samples.append(
        stack: stack, values: [0, 0, Int64(row.objects), Int64(clamping: row.bytes)])
    }
    var profile = lines.profile
    func type(_ name: String, _ unit: String) -> SampleType {
      SampleType(name: profile.strings.intern(name), unit: profile.strings.intern(unit))
    }
    profile.sampleTypes = [
      type("retained_objects", "count"), type("retained_space", "bytes"),
      type("self_objects", "count"), type("self_space", "bytes"),
    ]
    profile.samples = samples
    profile.timeNanoseconds = retention.dump.timeNanoseconds
    profile.comments = [
      profile.strings.intern("what holders of a heap dump keep, by heapscope held")
    ]
    return profile
  }
}
