import HeapAnalysis
import StackGraph

extension OwnCodeRequest {
  /// What the command line says, and the settings below it.
  func options(_ settings: Settings) -> HotspotOptions {
    var options = HotspotOptions()
    options.modulePrefix = module ?? settings.module
    options.isOwn = Self.predicate(settings.own + own)
    options.isNotOwn = Self.predicate(settings.notOwn + notOwn)
    options.suppressed = Set(settings.suppressed)
    return options
  }

  private static func predicate(_ texts: [String]) -> HotspotOptions.TextPredicate? {
    if texts.isEmpty { return nil }
    let finder = TextFinder(texts)
    return { finder.isAny(in: $0) }
  }
}
