import ArgumentParser

/// What counts as own code, for the commands that blame lines.
struct OwnCodeArguments: ParsableArguments {
  @Option("The path of your module, unless it is guessed right.")
  var module: Text<ModulePath>?
  @Option("Functions or files with this in their name are yours; may be given several times.")
  var own: [Text<NamePart>] = []
  @Option("Functions or files with this in their name are never blamed; wins over --own.")
  var notOwn: [Text<NamePart>] = []

  @Option("A TOML file with rules, own code and budgets; may be given several times.")
  var rules: [Text<RulesFile>] = []
  @Flag(help: "Leave out the .heapscope.toml that lies in the working tree.")
  var noRulesFile = false

  var request: OwnCodeRequest {
    var request = OwnCodeRequest()
    request.module = module?.text
    request.own = own.map(\.text)
    request.notOwn = notOwn.map(\.text)
    request.rulesFiles = rules.map(\.text)
    request.ignoresFoundFile = noRulesFile
    return request
  }
}

/// The same for the commands that search for findings.
struct FindingArguments: ParsableArguments {
  @OptionGroup var ownCode: OwnCodeArguments
  @Flag(help: "Read no source file, though it may explain lines.")
  var noSource = false

  var request: OwnCodeRequest {
    var request = ownCode.request
    request.readsSource = !noSource
    return request
  }
}
