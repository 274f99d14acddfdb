import HeapAnalysis
import Ownership
import StackGraph

extension OwnCodeRequest {
  /// Combines what the command line says about own code with the settings.
  func options(_ settings: Settings) -> OwnershipOptions {
    var options = OwnershipOptions()
    options.modulePrefix = module ?? settings.module
    options.isOwn = Self.predicate(settings.own + own)
    options.isNotOwn = Self.predicate(settings.notOwn + notOwn)
    return options
  }

  private static func predicate(_ texts: [String]) -> OwnershipOptions.TextPredicate? {
    if texts.isEmpty { return nil }
    let finder = TextFinder(texts)
    return { finder.isAny(in: $0) }
  }
}

extension Session {
  /// What to search for, according to the settings, and the sources for it.
  ///
  /// - Parameter sourcePath: where the sources are; empty to read those that are where the profile
  ///   says.
  func hotspotOptions(
    _ settings: Settings, _ ownCode: OwnCodeRequest, sourcePath: String
  ) -> HotspotOptions {
    var options = HotspotOptions()
    options.suppressed = Set(settings.suppressed)
    if ownCode.readsSource {
      options.source = SourceFinder(sourcePath: sourcePath, environment: environment).lookup
    }
    return options
  }

  private static var mostSourceNotes: Int { 10 }

  /// Reports which sources exist but were not read, and why.
  func noteSources(_ notes: [String]) {
    for note in notes.prefix(Self.mostSourceNotes) { message(note) }
    if notes.count > Self.mostSourceNotes {
      message("and so of \(notes.count - Self.mostSourceNotes) more files")
    }
  }
}
