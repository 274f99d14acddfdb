import ArgumentParser
import StackGraph

/// Which part of the profile to examine; the names are pprof's.
struct SelectionArguments: ParsableArguments {
  @Option("The sample type to show: inuse_space, alloc_space, …, or its number.")
  var sampleIndex: Text<SampleTypeName>?

  @Flag(help: "Show live bytes: short for --sample-index=inuse_space.")
  var inuseSpace = false
  @Flag(help: "Show live objects.")
  var inuseObjects = false
  @Flag(help: "Show all bytes allocated, also those already freed.")
  var allocSpace = false
  @Flag(help: "Show all objects allocated.")
  var allocObjects = false
  @Flag(help: .hidden) var totalDelay = false
  @Flag(help: .hidden) var contentions = false
  @Flag(help: .hidden) var meanDelay = false

  @Flag(help: "Divide values by the first sample type's: mean bytes an object.")
  var mean = false
  @Option("Divide all values by this number.")
  var divideBy = Divisor(1)
  @Option("The unit to write values in: B, kB, MB, GB, auto.")
  var unit = Text<UnitName>("minimum")

  @Option("Only stacks with a frame that matches.")
  var focus: Text<Expression>?
  @Option("No stacks with a frame that matches.")
  var ignore: Text<Expression>?
  @Option("Take frames that match out of the stacks.")
  var hide: Text<Expression>?
  @Option("Leave only frames that match in the stacks.")
  var show: Text<Expression>?
  @Option("Cut the frames above the first match.")
  var showFrom: Text<Expression>?
  @Option("Cut the frames below the match.")
  var pruneFrom: Text<Expression>?
  @Option("Only samples with this label: key=regex, or a range as in bytes=1kb:64kb.")
  var tagfocus: Text<LabelFilter>?
  @Option("No samples with this label.")
  var tagignore: Text<LabelFilter>?
  @Option("Only labels whose key matches.")
  var tagshow: Text<Expression>?
  @Option("No labels whose key matches.")
  var taghide: Text<Expression>?
  @Option("Add frames for these labels at the root.")
  var tagroot: Text<LabelKeys>?
  @Option("Add frames for these labels at the leaf.")
  var tagleaf: Text<LabelKeys>?
  @Flag(help: "Take percentages of what the filters leave.")
  var relativePercentages = false

  @Flag(help: "One row a function (the default).")
  var functions = false
  @Flag(help: "One row a function and file.")
  var filefunctions = false
  @Flag(help: "One row a file.")
  var files = false
  @Flag(help: "One row a source line.")
  var lines = false
  @Flag(help: "One row an address.")
  var addresses = false
  @Flag(help: "One row a Go package.")
  var packages = false
  @Flag(help: "One row a Go module.")
  var modules = false
  @Flag(help: "Charge inlined functions to their callers.")
  var noinlines = false
  @Flag(help: "Show columns of source lines.")
  var showcolumns = false

  @Flag(help: "Leave one round of recursion in stacks: a;b;a;b becomes a;b.")
  var collapseRecursion = false

  @Option("Prefixes to cut from file names.")
  var trimPath: Text<SearchPath>?
  @Option("Where to look for source files.")
  var sourcePath: Text<SearchPath>?

  private var granularities: [Granularity] {
    [
      (functions, Granularity.functions), (filefunctions, .filefunctions), (files, .files),
      (lines, .lines), (addresses, .addresses), (packages, .packages), (modules, .modules),
    ].filter(\.0).map(\.1)
  }

  private var shortTypes: [(option: String, sampleType: String)] {
    [
      (inuseSpace, "inuse-space", "inuse_space"),
      (inuseObjects, "inuse-objects", "inuse_objects"),
      (allocSpace, "alloc-space", "alloc_space"),
      (allocObjects, "alloc-objects", "alloc_objects"),
      (totalDelay, "total-delay", "delay"), (contentions, "contentions", "contentions"),
      (meanDelay, "mean-delay", "delay"),
    ].filter(\.0).map { ($1, $2) }
  }

  func validate() throws {
    if granularities.count > 1 {
      let names = granularities.map { "--\($0.rawValue)" }.joined(separator: " and ")
      throw ValidationError("\(names) exclude each other: give one granularity")
    }
    let types =
      shortTypes.map { "--\($0.option)" }
      + (sampleIndex.map { ["--sample-index \($0.text)"] } ?? [])
    if types.count > 1 {
      throw ValidationError(
        "\(types.joined(separator: " and ")) exclude each other: give one sample type")
    }
  }

  var request: SelectionRequest {
    var request = SelectionRequest()
    request.options.sampleIndex = shortTypes.first?.sampleType ?? sampleIndex?.text ?? ""
    request.options.mean = mean || meanDelay
    request.options.divideBy = divideBy.value
    request.options.unit = unit.text
    request.options.focus = focus?.text ?? ""
    request.options.ignore = ignore?.text ?? ""
    request.options.hide = hide?.text ?? ""
    request.options.show = show?.text ?? ""
    request.options.showFrom = showFrom?.text ?? ""
    request.options.pruneFrom = pruneFrom?.text ?? ""
    request.options.tagFocus = tagfocus?.text ?? ""
    request.options.tagIgnore = tagignore?.text ?? ""
    request.options.tagShow = tagshow?.text ?? ""
    request.options.tagHide = taghide?.text ?? ""
    request.options.tagRoot = tagroot?.text ?? ""
    request.options.tagLeaf = tagleaf?.text ?? ""
    request.options.relativePercentages = relativePercentages
    request.options.inlines = !noinlines
    request.options.columns = showcolumns
    request.options.trimPath = trimPath?.text ?? ""
    request.options.sourcePath = sourcePath?.text ?? ""
    request.granularity = granularities.first
    if collapseRecursion {
      request.options.collapsesRecursion = granularities.first ?? .functions
    }
    return request
  }
}
