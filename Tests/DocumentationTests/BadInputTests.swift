import HeapscopeTestSupport
import Testing

/// A mistake on the command line and what its message must say.
struct Mistake: CustomTestStringConvertible, Sendable {
  var line: String

  /// What the message must contain: the option, the value, and what would be right.
  var parts: [String]

  var testDescription: String { line }

  init(_ line: String, _ parts: String...) {
    self.line = line
    self.parts = parts
  }

  /// `P` stands for a profile.
  var arguments: [String] {
    line.split(separator: " ").map { word in
      let profile = "Fixtures/go1.27/orderlog.incident.pb.gz"
      if word == "P" { return profile }
      if word.hasSuffix("=P") { return word.dropLast() + profile }
      return String(word)
    }
  }
}

@Suite("Mistakes on the command line")
struct BadInputTests {
  private static let patternOptions = [
    "focus", "ignore", "hide", "show", "show-from", "prune-from", "tagfocus", "tagignore",
    "tagshow", "taghide",
  ]

  private static let patterns: [Mistake] =
    patternOptions.flatMap { option in
      [
        Mistake("top --\(option)=a(b P", "--\(option) 'a(b'", "give a regular expression"),
        Mistake(
          "tree -\(option.replacing("-", with: "_"))=x[ P", "--\(option) 'x['",
          "give a regular expression"),
        Mistake("top P --\(option)", "--\(option)", "value is missing", "give "),
      ]
    } + [
      Mistake("peek --match=a(b P", "--match 'a(b'", "give a regular expression"),
      Mistake("list --match=a(b P", "--match 'a(b'", "give a regular expression"),
      Mistake("peek /a(b/ P", "pattern '/a(b/'", "give a regular expression"),
      Mistake("list /a(b/ P", "pattern '/a(b/'", "give a regular expression"),
      Mistake("focus /a(b/ P", "pattern '/a(b/'", "give a regular expression"),
      Mistake("top --focus=(?=x) P", "--focus '(?=x)'", "give a regular expression"),
      Mistake("top --tagfocus=key=( P", "--tagfocus", "give a regular expression"),
    ]

  private static let sampleTypes = [
    Mistake("top --sample-index=space P", "--sample-index 'space'", "inuse_space"),
    Mistake("top -sample_index=cpu P", "--sample-index 'cpu'", "alloc_objects"),
    Mistake("top --sample-index=4 P", "--sample-index '4'", "0 to 3"),
    Mistake("top --sample-index=-1 P", "--sample-index '-1'", "0 to 3"),
    Mistake(
      "top --sample-index=99999999999999999999 P", "--sample-index '99999999999999999999'",
      "alloc_space"),
    Mistake("top P --sample-index", "--sample-index", "value is missing", "alloc_space"),
    Mistake("top -total_delay P", "--sample-index 'delay'", "alloc_space"),
    Mistake(
      "top -inuse_space -alloc_space P", "--inuse-space and --alloc-space", "give one"),
    Mistake(
      "top --sample-index=1 --alloc-space P", "--alloc-space and --sample-index 1", "give one"),
  ]

  private static let numbers: [Mistake] =
    ["ten", "1.5", "-2", "", "99999999999999999999", "0x10"].map {
      Mistake("top --nodecount=\($0) P", "--nodecount '\($0)'", "give a whole number")
    }
    + ["nodefraction", "edgefraction"].flatMap { option in
      ["x", "NaN", "-0.1", "1.5", "inf", "", "0,5", "5%"].map {
        Mistake("tree --\(option)=\($0) P", "--\(option) '\($0)'", "give a number from 0 to 1")
      }
    }
    + ["0", "abc", "NaN", "-3", "inf", "", "0.0"].map {
      Mistake("top --divide-by=\($0) P", "--divide-by '\($0)'", "give a number above 0")
    }
    + ["x", "0", "-1", "8TB", "", "9999999999GB"].map {
      Mistake("top --max-inflated=\($0) P", "--max-inflated '\($0)'", "give a size such as 512MB")
    }
    + ["nodecount", "nodefraction", "edgefraction", "divide-by", "max-inflated"].map {
      Mistake("top P --\($0)", "--\($0)", "value is missing", "give a ")
    }

  private static let choices = [
    Mistake("top --format=xml P", "--format 'xml'", "text, json, csv or markdown"),
    Mistake("top --format= P", "--format ''", "text, json, csv or markdown"),
    Mistake("top P --format", "--format", "value is missing", "text, json, csv or markdown"),
    Mistake("top --color=red P", "--color 'red'", "auto, always or never"),
    Mistake("top P --color", "--color", "value is missing", "auto, always or never"),
    Mistake("top --input=zip P", "--input 'zip'", "auto or folded"),
    Mistake("top P --input", "--input", "value is missing", "auto or folded"),
    Mistake(
      "top --symbolize=remote P", "--symbolize 'remote'",
      "demangle=default, templates, full or none"),
    Mistake(
      "top P --symbolize", "--symbolize", "value is missing",
      "demangle=default, templates, full or none"),
    Mistake("top --trim=maybe P", "--trim 'maybe'", "true or false"),
    Mistake("top -cum=2 P", "--cum '2'", "true or false"),
    Mistake("svg --format=json P", "--format json", "heapscope dot --format json"),
    Mistake("proto --format=csv P", "--format csv", "heapscope raw --format csv"),
    Mistake("topproto --format=csv P", "--format csv", "heapscope raw --format csv"),
    Mistake("merge --format=json P P", "--format json", "heapscope raw --format json"),
  ]

  private static let budgets: [Mistake] =
    [
      Mistake("explain map-frmat", "no rule 'map-frmat'", "did you mean 'map-format'?"),
      Mistake("explain json-map", "no rule 'json-map'", "did you mean 'json-map-encode'?"),
      Mistake("explain zzzzzzzz", "no rule 'zzzzzzzz'", "'heapscope explain --list' shows all"),
      Mistake("explain --list map-format", "leave 'map-format' or --list out"),
      Mistake("explain", "no rule", "name one, or add --list"),
      Mistake("check --no-rules-fil P", "'--no-rules-fil'", "did you mean '--no-rules-file'?"),
      Mistake("check P", "no budget", "--budget='map-format<5%'"),
      Mistake("check P --budget", "--budget", "value is missing", "SUBJECT<LIMIT"),
      Mistake("check --budget=map-format>5% P", "--budget 'map-format>5%'", "'<' or '<='"),
      Mistake("check --budget=map-format P", "--budget 'map-format'", "SUBJECT<LIMIT"),
      Mistake("check --budget=<5% P", "--budget '<5%'", "name a kind"),
      Mistake("check --budget=total< P", "--budget 'total<'", "give a share (5%)"),
      Mistake("check --budget=total<x P", "--budget 'total<x'", "give a share (5%)"),
      Mistake("check --budget=total<-5MB P", "--budget 'total<-5MB'", "give a share (5%)"),
      Mistake("check --budget=total<5XB P", "'XB' is no unit", "give %, B, kB, MB"),
      Mistake("check --budget=total<101% P", "--budget 'total<101%'", "at most 100%"),
      Mistake("check --budget=total<5MB: P", "--budget 'total<5MB:'", "':alloc_space'"),
      Mistake("check --budget=total<5MB:space P", "no sample type space", "inuse_space"),
      Mistake("check --budget=total<5MB:alloc_objects P", "in count, not in MB", "give a share"),
      Mistake("check --budget=map-fromat<5% P", "'map-fromat'", "did you mean 'map-format'?"),
      Mistake("check --budget=/a(b/<5% P", "--budget '/a(b/<5%'", "regular expression"),
      Mistake("check --budget=total<+5% P", "--budget 'total<+5%'", "add --base"),
      Mistake("check --max-growth=5% P", "--max-growth", "add --base"),
      Mistake("check --max-growth=x --base=P P", "--max-growth 'x'", "10%"),
      Mistake("check P --max-growth", "--max-growth", "value is missing", "10%"),
      Mistake("check --budget=total<1 --diff-base=P P", "--diff-base", "--base"),
      Mistake("check --budget=total<1 --base=P --normalize P", "--normalize", "leave it out"),
      Mistake("check --budget=total<1 --format=xml P", "--format 'xml'", "sarif or github"),
    ]

  private static let conflicts = [
    Mistake("top --files --lines P", "--files and --lines", "give one granularity"),
    Mistake("tree -functions -addresses P", "--functions and --addresses", "give one"),
    Mistake("top --cum --flat P", "--cum and --flat", "give one"),
    Mistake("top --base=P --diff-base=P P", "--base and --diff-base", "give one"),
    Mistake("top --normalize P", "--normalize", "add --base or --diff-base"),
    Mistake("diff --base=P P P", "--base", "leave"),
    Mistake(
      "top -o Fixtures/go1.27/orderlog.incident.pb.gz P", "--output 'Fixtures/go1.27",
      "give another file"),
  ]

  private static let fetching =
    ["0", "-1", "x", "1.5", "86401", "99999999999999999999"].map {
      Mistake("top --seconds=\($0) P", "--seconds '\($0)'", "give a whole number of seconds")
    }
    + ["0", "-1", "x", "1y", "5s3", "1e9", "nan", "inf", "99999999999999999999h", "s"].map {
      Mistake("top --timeout=\($0) P", "--timeout '\($0.prefix(2))", "give a time such as 30s")
    }
    + ["0", "x", "-1", "9999999999GB"].map {
      Mistake("top --max-download=\($0) P", "--max-download '\($0)'", "give a size such as")
    }
    + ["seconds", "timeout", "max-download", "header", "tls-ca", "tls-cert", "tls-key"].map {
      Mistake("top P --\($0)", "--\($0)", "value is missing", "give ")
    }
    + ["header", "max-download"].map {
      Mistake("top --\($0)= P", "--\($0)", "give ")
    }
    + ["nothing", ":x", "@", "a(b:c"].map {
      Mistake("top --header=\($0) P", "--header: give 'Name: value', or @file")
    }
    + [
      Mistake("top --tls-cert=a P", "--tls-cert", "add --tls-key"),
      Mistake("top --tls-key=a P", "--tls-key", "add --tls-cert"),
      Mistake("top --tls-ca=a --insecure P", "--tls-ca and --insecure", "give one"),
      Mistake("top --gc=maybe P", "--gc 'maybe'", "true or false"),
      Mistake("top ftp://host/heap", "ftp://host/heap: ftp is not fetched", "http://, https://"),
      Mistake("top http://host:0/heap", "port '0'", "1 to 65535"),
      Mistake("top http:///heap", "http:///heap", "no good host"),
      Mistake("top unix:", "unix:", "give the path of a socket"),
      Mistake("focus http://localhost:6060", "pattern is missing", "focus PATTERN URL"),
    ]

  private static let watching =
    ["0", "x", "-5s", "32d"].flatMap { value in
      ["every", "for"].map {
        Mistake("watch --\($0)=\(value) :1", "--\($0) '\(value)'", "give a time such as 30s")
      }
    }
    + ["x", "-5%", "%", "nan%", "0", "5%%"].map {
      Mistake("watch --on-growth=\($0) :1", "--on-growth '\($0)'", "20%", "50MB")
    }
    + ["-1", "x", "1.5"].map {
      Mistake("watch --keep=\($0) :1", "--keep '\($0)'", "0 keeps all")
    }
    + ["every", "for", "into", "keep", "on-growth"].map {
      Mistake("watch :1 --\($0)", "--\($0)", "value is missing", "give ")
    }
    + ["csv", "markdown"].map {
      Mistake("watch --format=\($0) :1", "--format \($0)", "give text or json")
    }
    + ["base=P", "diff-base=P", "seconds=5", "add-comment=x"].map {
      Mistake("watch --\($0) :1", "--\($0.prefix { $0 != "=" })", "leave it out")
    }
    + [
      Mistake("watch", "url is missing", "'heapscope watch --help'"),
      Mistake("watch P", "follows a running program", "localhost:6060"),
      Mistake("watch missing.pb.gz", "follows a running program", "localhost:6060"),
      Mistake("watch --into= :1", "--into ''", "give a folder"),
      Mistake("watch -o file :1", "--output", "> FILE"),
      Mistake("watch :1 :2", "one argument too many"),
      Mistake("watch http://localhost:1?seconds=5", "leave seconds= out"),
    ]

  private static let words: [Mistake] =
    [
      "unit", "tagroot", "tagleaf", "base", "diff-base", "add-comment", "output", "trim-path",
      "source-path",
    ].map { Mistake("top P --\($0)", "--\($0)", "value is missing", "give ") } + [
      Mistake("hotspots P --module", "--module", "value is missing", "give the path"),
      Mistake("peek --match", "--match", "value is missing", "give a regular expression"),
      Mistake("top P -o", "--output", "value is missing", "give a file"),
      Mistake("top --nodecuont=3 P", "'--nodecuont'", "did you mean '--nodecount'?"),
      Mistake("top --sampleindex=1 P", "'--sampleindex'", "did you mean '--sample-index'?"),
      Mistake("top --nosuchoption P", "'--nosuchoption'", "see heapscope top --help"),
      Mistake("top -x P", "'-x'", "see heapscope top --help"),
      Mistake("--nosuchoption P", "'--nosuchoption'", "see heapscope --help"),
      Mistake("tpo P", "command 'tpo'", "did you mean 'top'?"),
      Mistake("hotspot P", "command 'hotspot'", "did you mean 'hotspots'?"),
      Mistake("flamegraph P", "command 'flamegraph'", "see heapscope --help"),
      Mistake("peek", "pattern is missing", "heapscope peek PATTERN"),
      Mistake("list", "pattern is missing", "heapscope list PATTERN"),
      Mistake("focus", "pattern is missing", "heapscope focus --help"),
      Mistake("peek P", "pattern is missing", "is a file", "heapscope peek PATTERN Fixtures"),
      Mistake("focus P", "pattern is missing", "is a file", "heapscope focus PATTERN Fixtures"),
      Mistake("diff", "two profiles", "heapscope diff BEFORE AFTER"),
      Mistake("diff P", "two profiles", "heapscope diff BEFORE AFTER"),
      Mistake("diff P P P", "one argument too many", "'heapscope diff --help'"),
      Mistake("diff P P P P", "2 arguments too many", "'heapscope diff --help'"),
      Mistake("merge", "profiles are missing", "heapscope merge A B"),
      Mistake("merge --label=web-1 P", "--label 'web-1'", "such as pod=web-1"),
      Mistake("merge --label==x P", "--label '=x'", "such as pod=web-1"),
      Mistake("goroutines", "dump is missing", "heapscope goroutines localhost:6060"),
      Mistake("goroutines --nodecount=x P", "--nodecount 'x'", "give a whole number"),
      Mistake("goroutines --seconds=3 P", "--seconds", "leave it out"),
      Mistake("goroutines --format=xml P", "--format 'xml'", "text, json, csv or markdown"),
      Mistake("metrics", "metrics are missing", "heapscope metrics localhost:6060"),
      Mistake("metrics --every=x P", "--every 'x'", "30s"),
      Mistake("metrics --count=0 --every=1s P", "--count '0'", "a whole number from 1 on"),
      Mistake("metrics --count=3 P", "--count needs --every"),
      Mistake("metrics --for=3s P", "--for needs --every"),
      Mistake("metrics --into=x P", "--into needs --every"),
      Mistake("metrics --into", "--into", "value is missing"),
      Mistake("metrics --goroutines", "--goroutines", "value is missing", "a dump of goroutines"),
      Mistake("metrics --profile", "--profile", "value is missing", "give a profile"),
      Mistake("metrics --seconds=3 P", "--seconds", "--every"),
      Mistake("metrics --base=P P", "--base", "leave it out"),
      Mistake("metrics --nodecount=x P", "--nodecount 'x'", "give a whole number"),
      Mistake("metrics --format=xml P", "--format 'xml'", "text, json, csv or markdown"),
      Mistake("gctrace", "log is missing", "heapscope gctrace FILE"),
      Mistake("gctrace --nodecount=x P", "--nodecount 'x'", "give a whole number"),
      Mistake("gctrace --format=xml P", "--format 'xml'", "text, json, csv or markdown"),
      Mistake("gctrace P --profile", "--profile", "value is missing", "give a profile"),
      Mistake("fleet", "two profiles or more", "processes"),
      Mistake("fleet P", "two profiles or more", "processes"),
      Mistake("fleet --by=file P P", "--by 'file'", "line, function or finding"),
      Mistake("fleet --name-from=x P P", "--name-from 'x'", "words in braces"),
      Mistake("export --by=lines P", "--by 'lines'", "sample, stack, line, function or finding"),
      Mistake("export --name-from={pod P", "--name-from '{pod'", "words in braces"),
      Mistake("export --name-from={a}{b} P", "--name-from", "words in braces"),
      Mistake("export --name-from={a}/{a} P", "--name-from", "each once"),
      Mistake("proto --format=speed P", "--format 'speed'", "markdown or speedscope"),
      Mistake("trend", "two or more", "over time"),
      Mistake("trend P", "two or more", "over time"),
      Mistake("trend --nodecount=x P P", "--nodecount 'x'", "give a whole number"),
      Mistake("trend --sample-index=nothing P P", "--sample-index 'nothing'", "inuse_space"),
      Mistake(
        "trend --granularity=files P P", "--granularity 'files'", "functions, lines or stacks"),
      Mistake("trend --limit=much P P", "--limit 'much'", "give a size"),
      Mistake("trend --gogc=0 P P", "--gogc '0'", "percent, or off"),
      Mistake("trend --limit=1GB --sample-index=alloc_space P P", "--limit", "live bytes"),
      Mistake("trend --format=xml P P", "--format 'xml'", "markdown or svg"),
      Mistake("trend P P --module", "--module", "value is missing", "give the path"),
      Mistake("top", "no profile", "name a file"),
    ]

  @Test(
    "a mistake on the command line gets status 64 and one line with the option, the value and what would be right",
    arguments: patterns + sampleTypes + numbers + choices + budgets + conflicts + words + fetching
      + watching)
  func mistake(mistake: Mistake) throws {
    let result = run(mistake.arguments)
    #expect(result.status == 64)
    #expect(result.text == "")
    #expect(result.messages.count == 1)
    let message = try #require(result.messages.first)
    #expect(message.hasPrefix("heapscope: "))
    #expect(!message.contains("\n"))
    #expect(!message.hasSuffix("."))
    for part in mistake.parts { #expect(message.contains(part), "\(message)") }
  }

  @Test(
    "heapscope accepts the spellings of options that pprof accepts",
    arguments: [
      "top --unit=parsecs P", "top -nodecount=-1 P", "top -focus= P", "top -divide_by=0.5 P",
      "top -nodefraction=0 -edgefraction=1 P", "top -trim=false P", "top -cum=t P",
      "top --tagfocus=bytes=1kb:foo P", "top --max-inflated=1GB P", "top -nodecount 3 P",
    ])
  func allowed(line: String) {
    let result = run(Mistake(line).arguments)
    #expect(result.status == 0)
    #expect(!result.output.isEmpty)
  }
}
