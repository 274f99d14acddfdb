import ProfileModel
import StackGraph

extension Session {
  /// Selects the requested part of the profile.
  ///
  /// - Parameters:
  ///   - warns: reports on standard error which filters match nothing.
  ///   - change: adjusts the options for the command.
  func select(
    _ loaded: LoadedProfile, _ request: SelectionRequest, warns: Bool = true,
    _ change: (inout SelectionOptions) -> Void = { _ in }
  ) throws(CommandFailure) -> Selection {
    var options = request.options
    change(&options)
    do {
      let selection = try Selection(loaded.profile, options)
      if selection.profile.samples.count > 0 {
        selections.filled += 1
      } else if loaded.profile.samples.count > 0 {
        selections.empty += 1
      }
      if warns { for warning in selection.warnings { message(describe(warning)) } }
      return selection
    } catch {
      throw selectionFailure(error, loaded)
    }
  }

  func selectionFailure(_ error: SelectionError, _ loaded: LoadedProfile) -> CommandFailure {
    var failure = failure(error)
    if failure.status == .badData {
      failure.message = loaded.listedNames + ": " + failure.message
    }
    return failure
  }
}

extension SelectionOptions {
  /// Chooses what was allocated, if the profile has it and nothing else is requested: that also
  /// explains the garbage.
  mutating func preferAllocated(in profile: Profile) {
    if sampleIndex.isEmpty, profile.column(named: "alloc_space") != nil {
      sampleIndex = "alloc_space"
    }
  }
}
