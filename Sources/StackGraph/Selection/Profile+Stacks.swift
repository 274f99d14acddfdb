import Foundations
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
  /// - Parameter part: gets the frames of a sample, leaf first; returns the part to keep, as
  ///   offsets, or nil to drop the sample.
  mutating func keepParts(
    _ part: @escaping @Sendable (_ frames: UnsafeBufferPointer<UInt32>) -> Range<Int>?
  ) {
    rewriteStacks { table, samples, cursor, new in
      var lastCount = 0
      var lastCut = 0
      // Nothing is copied as long as everything stays the same.
      var isSame = true
      for sample in samples {
        let stack = cursor.stack(of: sample)
        new.left = min(new.left, stack.shared)
        let part = part(stack.frames)
        if isSame, part?.count != stack.depth {
          isSame = false
          new.append(samples.lowerBound..<sample, of: table)
        }
        guard let part else { continue }
        // If equally much is cut off at the root, stacks still begin alike.
        let cut = stack.depth - part.upperBound
        if !isSame {
          let shared = cut == lastCut ? max(0, min(new.left - cut, part.count, lastCount)) : 0
          new.append(UnsafeBufferPointer(rebasing: stack.frames[part]), shared: shared, of: sample)
        }
        new.left = stack.depth
        lastCount = part.count
        lastCut = cut
      }
      return isSame
    }
  }

  /// Removes frames from all stacks, and drops samples left without frames.
  mutating func removeFrames(_ hidden: [Bool]) {
    let longest = longestStack
    rewriteStacks { _, samples, cursor, new in
      // The remaining stack is stored leaf first before the end, like the whole one, and what it
      // shares with the previous one stays in place.
      let memory = OwnedBuffer<UInt32>(capacity: longest + 1)
      let end = memory.start + (longest + 1)
      // How many frames remain of a number of frames, counted from the root.
      let counts = OwnedBuffer<Int>(capacity: longest + 1)
      counts[0] = 0
      defer { withExtendedLifetime(memory) {} }
      hidden.withUnsafeBufferPointer { hidden in
        for sample in samples {
          let stack = cursor.stack(of: sample)
          var count = counts[stack.shared]
          for depth in stack.shared..<stack.depth {
            let location = stack.end[-1 - depth]
            // Without a branch, as no processor could predict it.
            end[-1 - count] = location
            count &+= hidden[Int(location)] ? 0 : 1
            counts[depth + 1] = count
          }
          new.left = min(new.left, stack.shared)
          if count == 0 { continue }
          new.append(
            UnsafeBufferPointer(start: end - count, count: count), shared: counts[new.left],
            of: sample)
          new.left = stack.depth
        }
      }
      return false
    }
  }

  /// Gives samples other stacks.
  ///
  /// - Parameter makeChange: makes a closure for use on one core; it returns a sample's new stack,
  ///   root first, or nil to keep the stack.
  mutating func changeStacks(
    _ makeChange: @escaping @Sendable () -> (_ frames: UnsafeBufferPointer<UInt32>) -> [UInt32]?
  ) {
    rewriteStacks { table, samples, cursor, new in
      let change = makeChange()
      var last: [UInt32] = []
      var isSame = true
      for sample in samples {
        let stack = cursor.stack(of: sample)
        let changed = change(stack.frames)
        if isSame {
          if changed == nil { continue }
          isSame = false
          new.append(samples.lowerBound..<sample, of: table)
          last = []
        }
        let frames = changed ?? stack.frames.reversed()
        var shared = 0
        while shared < min(last.count, frames.count), last[shared] == frames[shared] { shared += 1 }
        frames.reversed().withUnsafeBufferPointer { new.append($0, shared: shared, of: sample) }
        last = frames
      }
      return isSame
    }
  }

  /// Stacks made from those of some samples, in order.
  private struct NewStacks: Sendable {
    var rows: [Int] = []
    var stacks = PackedStacks()

    /// How many frames the last added sample, in its original form, shares with the last examined
    /// one.
    var left = 0

    mutating func append(_ stack: UnsafeBufferPointer<UInt32>, shared: Int, of sample: Int) {
      stacks.append(stack, shared: shared)
      rows.append(sample)
    }

    /// Adds samples unchanged.
    mutating func append(_ samples: Range<Int>, of table: SampleTable) {
      if samples.isEmpty { return }
      table.withStackCursor { cursor in
        cursor.begin(at: samples.lowerBound)
        for sample in samples {
          let stack = cursor.stack(of: sample)
          append(stack.frames, shared: stack.shared, of: sample)
        }
      }
    }
  }

  /// Replaces the stacks, and keeps only the samples with a new one. The samples are split over the
  /// cores.
  ///
  /// - Parameter body: makes the stacks of some samples of the table; returns true, without making
  ///   any, when they are unchanged.
  private mutating func rewriteStacks(
    _ body:
      @escaping @Sendable (SampleTable, Range<Int>, inout StackCursor, inout NewStacks) -> Bool
  ) {
    if count == 0 { return }
    let table = self
    var parts = concurrently(parts()) { samples in
      table.withStackCursor { cursor in
        var new = NewStacks()
        cursor.begin(at: samples.lowerBound)
        let isSame = body(table, samples, &cursor, &new)
        return (samples: samples, new: new, isSame: isSame)
      }
    }
    if parts.allSatisfy(\.isSame) { return }
    for index in parts.indices where parts[index].isSame {
      parts[index].new.append(parts[index].samples, of: self)
    }
    // The old stacks, and each part once added, are freed to make room for the new ones.
    setStacks(PackedStacks())
    var all = NewStacks()
    all.rows.reserveCapacity(parts.reduce(0) { $0 + $1.new.rows.count })
    all.stacks.reserve(
      frames: parts.reduce(0) { $0 + $1.new.stacks.frames.count },
      stacks: parts.reduce(0) { $0 + $1.new.rows.count })
    for index in parts.indices {
      all.rows += parts[index].new.rows
      all.stacks.append(contentsOf: parts[index].new.stacks)
      parts[index].new = NewStacks()
    }
    self = selecting(all.rows, all.stacks)
  }
}
