extension HotspotRule {
  private static let cost = """
    Parsing builds the syntax tree and the table of functions anew, and html/template then \
    escapes the whole tree on the first Execute.
    """

  private static let advice = "parse once, in a package variable, and call only Execute per request"

  private static let before = """
    func page(w io.Writer, data any) error {
      t, err := template.New("page").Parse(source)
      if err != nil { return err }
      return t.Execute(w, data)
    }
    """

  private static let after = """
    var page = template.Must(template.New("page").Parse(source))

    func render(w io.Writer, data any) error { return page.Execute(w, data) }
    """

  private static let links = ["https://pkg.go.dev/text/template#Must"]

  static let templateRules = [
    HotspotRule(
      "template-parse", .templateParse, title: "template parsed per call",
      match: .calls(
        ["text/template", "html/template"].flatMap { package in
          [
            "New", "Must", "Parse*", "(*Template).New", "(*Template).Parse*",
            "(*Template).Funcs", "(*Template).Clone", "(*Template).AddParseTree",
            "(*Template).Delims", "(*Template).Option",
          ].map { package + "." + $0 }
        } + ["text/template/parse.*"]
      ).with {
        $0.minimumObjects = 1000
        $0.ignoresInitialization = true
      },
      cost: cost, advice: advice, before: before, after: after, links: links),
    HotspotRule(
      "template-escape", .templateParse, title: "template escaped per call",
      match: .calls(
        ["html/template.(*Template).Execute*"],
        through: .function([
          "html/template.(*Template).escape", "html/template.(*Template).lookupAndEscape",
          "html/template.escapeTemplate", "html/template.(*escaper).*",
        ])
      ).with {
        $0.minimumObjects = 1000
        $0.ignoresInitialization = true
      },
      cost: cost, advice: advice, before: before, after: after, links: links),
  ]
}
