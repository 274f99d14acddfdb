import ProfileCodec
import ProfileModel
import Reports

extension Session {
  /// Returns a profile as bytes for a file or a pipe; a terminal gets none.
  func profileOutput(
    _ profile: Profile, _ place: OutputRequest
  ) throws(CommandFailure) -> TextOutput {
    if place.format != .text {
      throw CommandFailure(
        .usage,
        "--format \(place.format.name): a profile is written as profile.proto; "
          + "'heapscope raw --format \(place.format.name)' prints its tables")
    }
    if isForPeople(place) {
      throw CommandFailure(
        .usage, "refusing to write a profile to a terminal: use -o FILE, or redirect")
    }
    var output = TextOutput()
    do { output.write(try writeProfile(profile)) } catch {
      throw CommandFailure(
        .internalError, "cannot compress the profile: \(describe(error))")
    }
    return output
  }
}
