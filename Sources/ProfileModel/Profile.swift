/// What the numbers of a sample mean: `alloc_space` in `bytes`.
package struct SampleType: Hashable, Sendable {
  package var name: StringID
  package var unit: StringID

  package init(name: StringID, unit: StringID) {
    self.name = name
    self.unit = unit
  }
}

/// A pprof profile (profile.proto) as columns.
///
/// Every id in it is the number of an existing row. Readers check the file's ids once, and all
/// later code may index without checking.
package struct Profile: Sendable {
  package var strings = StringTable()
  package var sampleTypes: [SampleType] = []
  package var samples = SampleTable()
  package var mappings: [Mapping] = []
  package var locations = LocationTable()
  package var functions = FunctionTable()

  /// Regular expressions over function names; see ``StackGraph``.
  package var dropFrames: StringID = .empty
  package var keepFrames: StringID = .empty

  /// When the profile was taken, in nanoseconds since 1970; 0 when unknown.
  package var timeNanoseconds: Int64 = 0
  package var durationNanoseconds: Int64 = 0

  /// A better time for the figures than ``timeNanoseconds``, in nanoseconds since 1970; 0 when
  /// there is none. It is the end of the collection that Go's text form describes, or the time of
  /// the profile that a base was subtracted from. pprof does not show it.
  package var betterTimeNanoseconds: Int64 = 0

  /// What ``period`` counts, or nil when the file does not say.
  package var periodType: SampleType?
  package var period: Int64 = 0
  package var comments: [StringID] = []
  package var defaultSampleType: StringID = .empty
  package var documentationURL: StringID = .empty

  /// How many frames of a stack the profiler kept, if ``SampleTable/isCut`` marks stacks that had
  /// more.
  package var stackLimit: Int?

  package init() {}

  /// All values are zero, or there are none.
  package var isEmpty: Bool { samples.values.allSatisfy { $0.allSatisfy { $0 == 0 } } }

  /// The time of the figures, as far as known; 0 when unknown. It orders profiles and gives the
  /// time between them.
  package var figuresNanoseconds: Int64 {
    betterTimeNanoseconds != 0 ? betterTimeNanoseconds : timeNanoseconds
  }

  /// The name of the sample type in a column.
  package func sampleTypeName(_ column: Int) -> String { strings[sampleTypes[column].name] }

  /// Returns the column of a sample type by its name, or nil.
  package func column(named name: String) -> Int? {
    guard let id = strings.find(name) else { return nil }
    return sampleTypes.firstIndex { $0.name == id }
  }

  /// Returns the column to show by default: the profile's default type if it has one, else the
  /// last.
  package var defaultColumn: Int? {
    sampleTypes.firstIndex { $0.name == defaultSampleType } ?? sampleTypes.indices.last
  }

  /// Returns Σ|value| of a column, or nil when it exceeds `Int64.max`.
  ///
  /// No report adds a value to a figure more than once, so when this sum exists, none overflows.
  package func magnitude(ofColumn column: Int) -> Int64? {
    var sum: UInt64 = 0
    for value in samples.values[column] {
      let (partial, overflow) = sum.addingReportingOverflow(value.magnitude)
      if overflow { return nil }
      sum = partial
    }
    return Int64(exactly: sum)
  }
}
