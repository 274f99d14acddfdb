import HeapAnalysis
import Ownership
import StackGraph

extension OwnCodeRequest {
  /// What the command line says of whose code is whose, and the settings below it.
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

extension Settings {
  /// What is looked for, as far as files say it.
  var hotspotOptions: HotspotOptions {
    var options = HotspotOptions()
    options.suppressed = Set(suppressed)
    return options
  }
}
