extension HotspotRule {
  static let regexpRules = [
    HotspotRule(
      "regexp-compile", .regexpCompile, title: "regular expression compiled per call",
      match: .calls([
        "regexp.Compile*", "regexp.MustCompile*", "regexp.Match", "regexp.MatchString",
        "regexp.MatchReader", "regexp/syntax.Parse", "regexp/syntax.Compile",
      ]).with {
        $0.minimumObjects = 300
        $0.ignoresInitialization = true
      },
      cost: "Compiling parses the expression and builds its program: hundreds of allocations.",
      advice: "compile once, in a package variable or a sync.OnceValue",
      before: """
        if regexp.MustCompile(`^/v\\d+/`).MatchString(path) { … }
        """,
      after: """
        var versioned = regexp.MustCompile(`^/v\\d+/`)

        if versioned.MatchString(path) { … }
        """,
      links: ["https://pkg.go.dev/regexp#MustCompile"]),
    HotspotRule(
      "regexp-result", .regexpResult, title: "matches of a regular expression copied out",
      match: .calls([
        "regexp.(*Regexp).Find*", "regexp.(*Regexp).Replace*", "regexp.(*Regexp).Expand*",
      ]),
      cost: "Each match is a new slice or text, and each replacement builds the whole text anew.",
      advice:
        "ask MatchString or FindStringIndex, or cut with strings.Cut where the text is simple",
      before: """
        m := version.FindStringSubmatch(path)
        if m != nil { use(m[1]) }
        """,
      after: """
        if rest, ok := strings.CutPrefix(path, "/v"); ok {
        \tv, _, _ := strings.Cut(rest, "/")
        \tuse(v)
        }
        """,
      links: ["https://pkg.go.dev/strings#Cut"]),
  ]
}
