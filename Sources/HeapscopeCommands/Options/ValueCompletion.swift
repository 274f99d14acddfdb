/// What a shell offers for the value of an option, or for a word.
enum ValueCompletion {
  case nothing
  case words([String])
  case files, folders

  /// Sample types of the profile on the command line, or of the one that was read last.
  case sampleTypes

  /// Functions of that profile, without the paths of their packages.
  case functions

  /// Rules of `hotspots`, each with this suffix.
  case rules(suffix: String)
}
