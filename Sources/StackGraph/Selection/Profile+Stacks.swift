import ProfileModel

extension LocationTable {
  /// Changes the lines of each location.
  ///
  /// - Parameter change: the row and its lines, leaf first; returns the lines
  ///   to keep, or nil for all.
  mutating func changeLines(
    _ change: (_ row: Int, _ lines: ArraySlice<SourceLine>) -> [SourceLine]?
  ) {
    var newLines: [SourceLine] = []
    newLines.reserveCapacity(lines.count)
    var newEnds: [Int] = []
    newEnds.reserveCapacity(count)
    for row in 0..<count {
      let old = lines[lineRange(of: row)]
      if let changed = change(row, old) {
        newLines.append(contentsOf: changed)
      } else {
        newLines.append(contentsOf: old)
      }
      newEnds.append(newLines.count)
    }
    lines = newLines
    lineEnds = newEnds
  }
}

extension SampleTable {
  /// Cuts stacks and drops samples, in one pass.
  ///
  /// - Parameter part: the frames of a sample, leaf first; returns the part to
  ///   keep, as offsets in them, or nil to drop the sample.
  mutating func keepParts(
    _ part: (_ sample: Int, _ frames: UnsafeBufferPointer<LocationID>) -> Range<Int>?
  ) {
    var rows: [Int] = []
    var ranges: [Range<Int>] = []
    var isWhole = true
    frames.withUnsafeBufferPointer { frames in
      for sample in 0..<count {
        let range = frameRange(of: sample)
        guard let part = part(sample, UnsafeBufferPointer(rebasing: frames[range])) else {
          isWhole = false
          continue
        }
        isWhole = isWhole && part.count == range.count
        rows.append(sample)
        ranges.append(range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound)
      }
    }
    if isWhole { return }
    var newFrames: [LocationID] = []
    newFrames.reserveCapacity(ranges.reduce(0) { $0 + $1.count })
    for range in ranges { newFrames.append(contentsOf: frames[range]) }
    let oldEnds = ranges
    self = selecting(rows)
    frames = newFrames
    var end = 0
    frameEnds = oldEnds.map { range in
      end += range.count
      return end
    }
  }

  /// Takes frames out of all stacks; samples left without frames go.
  mutating func removeFrames(_ hidden: [Bool]) {
    var newFrames: [LocationID] = []
    newFrames.reserveCapacity(frames.count)
    var rows: [Int] = []
    var newEnds: [Int] = []
    for sample in 0..<count {
      let start = newFrames.count
      for frame in frames[frameRange(of: sample)] where !hidden[frame.index] {
        newFrames.append(frame)
      }
      if newFrames.count == start { continue }
      rows.append(sample)
      newEnds.append(newFrames.count)
    }
    if rows.count < count { self = selecting(rows) }
    frames = newFrames
    frameEnds = newEnds
  }
}
