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
/// Every id in it is the number of a row that exists: readers check the file's
/// ids once, and all code after them may index without looking.
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

  /// What tells better than ``timeNanoseconds`` when the figures were so, in nanoseconds
  /// since 1970; 0 where nothing does. pprof does not show it: it is when the collection
  /// ended that Go's text form is of, and the time of the profile that a base was taken from.
  package var betterTimeNanoseconds: Int64 = 0

  /// What ``period`` counts, or nil when the file does not say.
  package var periodType: SampleType?
  package var period: Int64 = 0
  package var comments: [StringID] = []
  package var defaultSampleType: StringID = .empty
  package var documentationURL: StringID = .empty

  /// How many frames of a stack the profiler kept, where ``SampleTable/isCut`` marks stacks
  /// that had more.
  package var stackLimit: Int?

  package init() {}

  /// There is nothing but zeros, if anything.
  package var isEmpty: Bool { samples.values.allSatisfy { $0.allSatisfy { $0 == 0 } } }

  /// The time that the figures are of, as far as anything tells; 0 when unknown. It puts
  /// profiles in order and tells how far they are apart.
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

  /// Returns the column that is shown when none is asked for: the profile's
  /// default type if it has one, else the last.
  package var defaultColumn: Int? {
    sampleTypes.firstIndex { $0.name == defaultSampleType } ?? sampleTypes.indices.last
  }

  /// Returns Σ|value| of a column, or nil when it passes `Int64.max`.
  ///
  /// No report adds a value to a figure more than once, so none can overflow
  /// once this sum exists.
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
