import ArgumentParser
import StackGraph

/// What part of the profile is looked at; the names are pprof's.
struct SelectionArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The sample type to show: inuse_space, alloc_space, …, or its number.", valueName: "type"))
  var sampleIndex = ""

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
  @Option(help: ArgumentHelp("Divide all values by this number.", valueName: "number"))
  var divideBy = Divisor(1)
  @Option(
    help: ArgumentHelp("The unit to write values in: B, kB, MB, GB, auto.", valueName: "unit"))
  var unit = "minimum"

  @Option(help: ArgumentHelp("Only stacks with a frame that matches.", valueName: "regex"))
  var focus = ""
  @Option(help: ArgumentHelp("No stacks with a frame that matches.", valueName: "regex"))
  var ignore = ""
  @Option(help: ArgumentHelp("Take frames that match out of the stacks.", valueName: "regex"))
  var hide = ""
  @Option(help: ArgumentHelp("Leave only frames that match in the stacks.", valueName: "regex"))
  var show = ""
  @Option(help: ArgumentHelp("Cut the frames above the first match.", valueName: "regex"))
  var showFrom = ""
  @Option(help: ArgumentHelp("Cut the frames below the match.", valueName: "regex"))
  var pruneFrom = ""
  @Option(
    help: ArgumentHelp(
      "Only samples with this label: key=regex, or a range as in bytes=1kb:64kb.",
      valueName: "filter"))
  var tagfocus = ""
  @Option(help: ArgumentHelp("No samples with this label.", valueName: "filter"))
  var tagignore = ""
  @Option(help: ArgumentHelp("Only labels whose key matches.", valueName: "regex"))
  var tagshow = ""
  @Option(help: ArgumentHelp("No labels whose key matches.", valueName: "regex"))
  var taghide = ""
  @Option(help: ArgumentHelp("Add frames for these labels at the root.", valueName: "keys"))
  var tagroot = ""
  @Option(help: ArgumentHelp("Add frames for these labels at the leaf.", valueName: "keys"))
  var tagleaf = ""
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

  @Option(help: ArgumentHelp("Prefixes to cut from file names.", valueName: "paths"))
  var trimPath = ""
  @Option(help: ArgumentHelp("Where to look for source files.", valueName: "paths"))
  var sourcePath = ""

  /// The granularity asked for, or nil for the command's own.
  var granularity: Granularity? { granularities.first }

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
      + (sampleIndex.isEmpty ? [] : ["--sample-index \(sampleIndex)"])
    if types.count > 1 {
      throw ValidationError(
        "\(types.joined(separator: " and ")) exclude each other: give one sample type")
    }
  }

  func options() -> SelectionOptions {
    var options = SelectionOptions()
    options.sampleIndex = shortTypes.first?.sampleType ?? sampleIndex
    options.mean = mean || meanDelay
    options.divideBy = divideBy.value
    options.unit = unit
    options.focus = focus
    options.ignore = ignore
    options.hide = hide
    options.show = show
    options.showFrom = showFrom
    options.pruneFrom = pruneFrom
    options.tagFocus = tagfocus
    options.tagIgnore = tagignore
    options.tagShow = tagshow
    options.tagHide = taghide
    options.tagRoot = tagroot
    options.tagLeaf = tagleaf
    options.relativePercentages = relativePercentages
    options.granularity = granularity ?? .functions
    options.inlines = !noinlines
    options.columns = showcolumns
    options.trimPath = trimPath
    options.sourcePath = sourcePath
    return options
  }
}

extension SelectionArguments {
  /// As they are when none is named; see ``PlainCommand``.
  static var plain: SelectionArguments {
    var arguments = SelectionArguments()
    arguments.sampleIndex = ""
    arguments.inuseSpace = false
    arguments.inuseObjects = false
    arguments.allocSpace = false
    arguments.allocObjects = false
    arguments.totalDelay = false
    arguments.contentions = false
    arguments.meanDelay = false
    arguments.mean = false
    arguments.divideBy = Divisor(1)
    arguments.unit = "minimum"
    arguments.focus = ""
    arguments.ignore = ""
    arguments.hide = ""
    arguments.show = ""
    arguments.showFrom = ""
    arguments.pruneFrom = ""
    arguments.tagfocus = ""
    arguments.tagignore = ""
    arguments.tagshow = ""
    arguments.taghide = ""
    arguments.tagroot = ""
    arguments.tagleaf = ""
    arguments.relativePercentages = false
    arguments.functions = false
    arguments.filefunctions = false
    arguments.files = false
    arguments.lines = false
    arguments.addresses = false
    arguments.packages = false
    arguments.modules = false
    arguments.noinlines = false
    arguments.showcolumns = false
    arguments.trimPath = ""
    arguments.sourcePath = ""
    return arguments
  }
}
