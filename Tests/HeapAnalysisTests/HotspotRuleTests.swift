import HeapAnalysis
import HeapscopeTestSupport
import ProfileModel
import Testing

@Suite("Rules of hotspots")
struct HotspotRuleTests {
  /// The only finding's kind for one stack, or nil.
  func kind(of stack: String, root: String = "/usr/local/go/src/") -> HotspotKind? {
    var test = StackProfile.goHeap(standardRoot: root)
    test.add(stack, bytes: 1_000_000)
    let report = findHotspots(in: test.profile, column: 1)
    #expect(report.findings.count <= 1)
    return report.findings.first?.kind
  }

  static let stacks: [(String, HotspotKind?)] = [
    // Maps printed: Go 1.22 leaves out the allocating frame, later ones do not.
    (
      "internal/fmtsort.Sort < fmt.(*pp).printValue < fmt.(*pp).printArg < fmt.(*pp).doPrintf < fmt.Sprintf < main.f",
      .mapFormat
    ),
    (
      "reflect.copyVal < reflect.(*MapIter).Key < internal/fmtsort.Sort < fmt.(*pp).printValue < fmt.Fprintln < main.f",
      .mapFormat
    ),
    (
      "reflect.unsafe_New@/usr/local/go/src/runtime/malloc.go < reflect.copyVal < reflect.(*MapIter).Key < internal/fmtsort.Sort < fmt.(*pp).printValue < fmt.Appendf < log.(*Logger).Printf.func1 < log.(*Logger).output < log.(*Logger).Printf < main.f",
      .mapFormat
    ),
    // Before Go 1.12.
    ("reflect.Value.MapKeys < fmt.(*pp).printValue < fmt.Sprint < main.f", .mapFormat),
    (
      "internal/fmtsort.Sort < fmt.(*pp).printValue < fmt.Sprintf < log/slog.appendTextValue < log/slog.(*handleState).appendAttr < log/slog.(*TextHandler).Handle < log/slog.(*Logger).Info < main.f",
      .mapFormat
    ),
    (
      "internal/fmtsort.Sort < fmt.(*pp).printValue < fmt.Fprint < text/template.(*state).printValue < text/template.(*Template).Execute < main.f",
      .mapFormat
    ),
    // The template ranges over a map: nothing is formatted.
    (
      "internal/fmtsort.Sort < text/template.(*state).walkRange < text/template.(*Template).Execute < main.f",
      .templateExecution
    ),
    ("fmt.Sprintf < main.f", .format),
    // What is written to has buffers of its own.
    ("bufio.NewWriterSize < net/http.(*response).Write < fmt.Fprintf < main.f", nil),
    (
      "compress/flate.NewWriter < compress/gzip.(*Writer).Write < encoding/json.(*Encoder).Encode < main.f",
      nil
    ),
    ("bytes.growSlice < bytes.(*Buffer).Write < fmt.Fprintf < main.f", .format),
    ("fmt.Errorf < main.f", .format),
    ("fmt.errorf < fmt.Errorf < main.f", .format),
    ("fmt.Sprintf < testing.(*common).Logf < main.f", .format),
    // A String method: the leaf-most user frame decides.
    (
      "fmt.Sprintf < main.T.String < fmt.(*pp).handleMethods < internal/fmtsort.Sort < fmt.(*pp).printValue < fmt.Sprint < main.f",
      .format
    ),
    ("fmt.Sprintf < log/slog.appendTextValue < log/slog.(*Logger).Info < main.f", .format),
    ("log/slog.(*Record).Add < log/slog.(*Logger).Info < main.f", nil),
    // JSON: version 1, and version 2 below its interface.
    (
      "encoding/json.mapEncoder.encode < encoding/json.(*encodeState).reflectValue < encoding/json.Marshal < main.f",
      .jsonMapEncode
    ),
    (
      "reflect.New < encoding/json/v2.newAddressableValue < encoding/json/v2.makeMapArshaler.func2 < encoding/json/v2.marshalEncode < encoding/json/v2.MarshalEncode < encoding/json.(*Encoder).Encode < main.f",
      .jsonMapEncode
    ),
    (
      "encoding/json.mapEncoder.encode < encoding/json.Marshal < log/slog.appendJSONMarshal < log/slog.(*JSONHandler).Handle < log/slog.(*Logger).Info < main.f",
      .jsonMapEncode
    ),
    ("bytes.Clone < encoding/json/v2.Marshal < encoding/json.Marshal < main.f", .codecOutput),
    (
      "encoding/json.(*decodeState).objectInterface < encoding/json.(*decodeState).value < encoding/json.(*Decoder).Decode < main.f",
      .jsonDynamicDecode
    ),
    (
      "reflect.mapassign_faststr0 < reflect.mapassign_faststr < reflect.Value.SetMapIndex < encoding/json/v2.makeMapArshaler.func3 < encoding/json/v2.makeInterfaceArshaler.func2 < encoding/json/v2.Unmarshal < encoding/json.Unmarshal < main.f",
      .jsonDynamicDecode
    ),
    // A map of structs, as far as one stack tells.
    (
      "reflect.mapassign_faststr0 < reflect.mapassign_faststr < reflect.Value.SetMapIndex < encoding/json/v2.makeMapArshaler.func3 < encoding/json/v2.Unmarshal < encoding/json.Unmarshal < main.f",
      .codecOutput
    ),
    (
      "encoding/json.(*decodeState).convertNumber < encoding/json.(*decodeState).literalStore < encoding/json.(*decodeState).array < encoding/json.Unmarshal < main.f",
      .jsonDynamicDecode
    ),
    ("strings.ReplaceAll < main.f", .stringTransform),
    ("encoding/json.(*decodeState).literalStore < encoding/json.Unmarshal < main.f", .codecOutput),
    // Maps.
    ("reflect.copyVal < reflect.Value.MapIndex < main.f", .reflectMapIteration),
    ("reflect.Value.MapKeys < main.f", .reflectMapIteration),
    (
      "reflect.copyVal < reflect.(*MapIter).Key < reflect.Value.Seq2.func5 < main.f",
      .reflectMapIteration
    ),
    ("reflect.unsafe_New < reflect.New < main.f", .reflectValue),
    (
      "slices.AppendSeq[go.shape.[]string,go.shape.string]-range1 < maps.Keys[go.shape.map[string]int].func1 < slices.AppendSeq[go.shape.[]string] < slices.Collect[go.shape.string] < slices.Sorted[go.shape.string] < main.f",
      .mapIteration
    ),
    (
      "slices.AppendSeq[go.shape.[]string]-range1 < strings.SplitSeq.func1 < slices.AppendSeq[go.shape.[]string] < slices.Collect[go.shape.string] < main.f",
      nil
    ),
    (
      "golang.org/x/exp/maps.Keys[...]@/root/go/pkg/mod/golang.org/x/exp@v0.1.0/maps/maps.go:10 < main.f",
      .mapIteration
    ),
    ("maps.Copy[go.shape.map[string]int] < main.f", .mapGrowth),
    ("sync.(*Map).LoadOrStore < main.f", .mapGrowth),
    (
      "internal/sync.newEntryNode[...] < internal/sync.(*HashTrieMap[go.shape.interface {},go.shape.interface {}]).Swap < sync.(*Map).Store < main.f",
      .mapGrowth
    ),
    (
      "maps.clone@/usr/local/go/src/runtime/map.go < maps.Clone[go.shape.map[string]int] < main.f",
      .mapClone
    ),
    // Text.
    ("strings.(*Builder).WriteString < main.f", .stringConcat),
    (
      "bytes.growSlice < bytes.(*Buffer).grow < bytes.(*Buffer).WriteString < main.f", .stringConcat
    ),
    ("strings.(*Builder).grow < strings.(*Builder).Grow < strings.Join < main.f", .stringConcat),
    ("strings.(*Builder).grow < strings.(*Builder).Grow < main.f", nil),
    ("bytes.growSlice < bytes.(*Buffer).Grow < main.f", nil),
    ("encoding/binary.bigEndian.AppendUint32 < main.f", .stringConcat),
    ("bufio.(*Scanner).Text < main.f", .stringBytesConversion),
    ("io.WriteString < main.f", .stringBytesConversion),
    ("bytes.growSlice < bytes.(*Buffer).WriteString < io.WriteString < main.f", .stringConcat),
    ("strings.genSplit < strings.Split < main.f", .stringSplit),
    (
      "internal/strconv.formatBits < internal/strconv.FormatInt < strconv.FormatInt < main.f",
      .strconv
    ),
    ("strconv.syntaxError < strconv.Atoi < main.f", .strconv),
    // The rest.
    ("time.NewTimer < time.After < main.f", .timeAfter),
    ("time.NewTimer < main.f", nil),
    // Calls that make something anew each time. The leaf decides where a call also runs
    // code of others.
    ("io.copyBuffer < io.Copy < main.f", .ioCopyBuffer),
    ("io.CopyN < main.f", .ioCopyBuffer),
    ("bytes.growSlice < bytes.(*Buffer).Write < io.copyBuffer < io.Copy < main.f", nil),
    ("bufio.(*Scanner).Scan < main.f", .bufioAlloc),
    ("net/http.(*body).Read < bufio.(*Scanner).Scan < main.f", nil),
    ("bufio.NewReaderSize < encoding/xml.NewDecoder < main.f", .codecPerCall),
    ("encoding/json.(*Decoder).refill < encoding/json.(*Decoder).Decode < main.f", .codecPerCall),
    (
      "encoding/json.(*decodeState).literalStore < encoding/json.(*Decoder).Decode < main.f",
      .codecOutput
    ),
    ("compress/flate.NewReader < compress/gzip.(*Reader).Reset < main.f", .codecPerCall),
    ("net/url.parseQuery < net/url.ParseQuery < net/url.(*URL).Query < main.f", .httpPerRequest),
    ("net/http.(*Request).WithContext < main.f", .httpPerRequest),
    ("net/http.Header.Clone < main.f", .mapClone),
    ("bytes.growSlice < bytes.(*Buffer).Write < net/http.Error < main.f", nil),
    ("regexp.(*Regexp).FindStringSubmatch < main.f", .regexpResult),
    ("strings.ToLower < main.init", .stringTransform),
    ("strings.Trim < main.f", nil),
    ("path/filepath.Join < main.f", .stringTransform),
    ("time.Time.Format < main.f", .timeFormat),
    ("time.Duration.String < main.f", .timeFormat),
    ("time.NewTicker < main.f", nil),
    ("errors.New < main.f", .errorPerCall),
    ("errors.New < main.init", nil),
    ("reflect.MakeMapWithSize < main.f", .smallMapPerCall),
    ("reflect.packEface < reflect.Value.Interface < main.f", .reflectValue),
    // A function of one's own that has the name of one of these.
    ("example.com/app/strings.ToLower@/src/app/strings/x.go:3 < main.f", nil),
    (
      "regexp/syntax.(*compiler).inst < regexp/syntax.Compile < regexp.compile < regexp.MustCompile < main.f",
      .regexpCompile
    ),
    ("regexp.compile < regexp.Compile < regexp.MatchString < main.f", .regexpCompile),
    ("regexp.MustCompile < main.init", nil),
    ("regexp.MustCompile < main.init.0", nil),
    ("regexp.MustCompile < main.init.func1", .regexpCompile),
    ("regexp.MustCompile < main.load < runtime.doInit1", nil),
    ("compress/flate.NewWriter < compress/gzip.(*Writer).Write < main.f", .gzipWriter),
    (
      "compress/flate.(*fastGen).addBlock < compress/flate.(*Writer).Close < compress/gzip.(*Writer).Close < main.f",
      .gzipWriter
    ),
    (
      "bytes.growSlice < bytes.(*Buffer).Write < compress/flate.(*huffmanBitWriter).write < compress/gzip.(*Writer).Write < main.f",
      nil
    ),
    ("io.ReadAll < main.f", .readAll),
    ("bufio.NewReaderSize < bufio.NewReader < main.f", .bufioAlloc),
    (
      "text/template/parse.(*Tree).action < text/template.(*Template).Parse < main.f",
      .templateParse
    ),
    (
      "html/template.(*escaper).escape < html/template.escapeTemplate < html/template.(*Template).Execute < main.f",
      .templateParse
    ),
    ("context.WithValue < main.f", .contextChain),
    ("context.WithDeadlineCause < context.WithTimeout < main.f", nil),
    ("runtime/debug.Stack < main.f", .errorStack),
    (
      "runtime.malg < runtime.newproc1 < runtime.newproc.func1 < runtime.systemstack",
      .goroutineLeak
    ),
    (
      "runtime.mallocgc < runtime.newobject < runtime.malg < runtime.newproc1 < runtime.newproc.func1 < runtime.systemstack",
      .goroutineLeak
    ),
    ("runtime.malg < runtime.mpreinit < runtime.mcommoninit < runtime.allocm", nil),
    // Names that only profiles with the runtime's frames have.
    ("runtime.mapassign_faststr < main.f", .mapGrowth),
    ("runtime.concatstrings < runtime.concatstring3 < main.f", .stringConcat),
    ("runtime.slicebytetostring < main.f", .stringBytesConversion),
    // The profiler at work, whoever called it.
    (
      "compress/flate.NewWriter < compress/gzip.(*Writer).Write < runtime/pprof.(*profileBuilder).flush < runtime/pprof.writeHeapProto < main.f",
      nil
    ),
    ("fmt.Sprintf < main.w.Write < runtime/pprof.(*Profile).WriteTo < main.main", nil),
    // Nothing below the user's frame, and a user's function with a known name.
    ("main.f", nil),
    ("main.Sprintf < main.f", nil),
    ("example.com/app/fmt.Sprintf@/src/app/fmt/x.go:3 < main.f", nil),
    // Another language.
    ("operator new(unsigned long)@ < std::vector<int>::push_back(int)@ < main@", nil),
  ]

  @Test("what a writer allocates is no part of what is encoded or printed into it")
  func writers() throws {
    for (marker, entry) in [
      (
        "encoding/json.mapEncoder.encode < encoding/json.(*encodeState).reflectValue",
        "encoding/json.(*Encoder).Encode"
      ),
      ("internal/fmtsort.Sort < fmt.(*pp).printValue < fmt.(*pp).doPrintf", "fmt.Fprintf"),
    ] {
      var test = StackProfile.goHeap(standardRoot: "/usr/local/go/src/")
      test.add("\(marker) < \(entry) < main.f@/src/app/f.go:7", bytes: 300_000)
      // Nothing tells these from the rest of the call, but that they are the encoder's.
      test.add("strconv.FormatInt < \(entry) < main.f@/src/app/f.go:7", bytes: 100_000)
      for writer in [
        "bufio.NewWriterSize < net/http.(*conn).serve.func1 < net/http.(*response).Write",
        "compress/flate.NewWriter < compress/gzip.(*Writer).Write",
      ] {
        test.add("\(writer) < \(entry) < main.f@/src/app/f.go:7", bytes: 300_000)
      }
      let findings = findHotspots(in: test.profile, column: 1).findings
      #expect(findings.count == 1, "\(entry)")
      #expect(findings.first?.share == 0.4, "\(entry)")
    }
  }

  @Test("a stack belongs to the rule of its entry", arguments: stacks)
  func match(stack: String, expected: HotspotKind?) {
    #expect(kind(of: stack) == expected)
  }

  @Test("-trimpath does not change the rule for a stack", arguments: stacks)
  func matchTrimmed(stack: String, expected: HotspotKind?) {
    let trimmed = stack.replacing("/usr/local/go/src/", with: "")
    #expect(kind(of: trimmed, root: "") == expected)
  }

  @Test("a toolchain in the module cache counts as the standard library", arguments: stacks)
  func matchToolchain(stack: String, expected: HotspotKind?) {
    let root = "/root/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.22.10.linux-amd64/src/"
    #expect(kind(of: stack.replacing("/usr/local/go/src/", with: root), root: root) == expected)
  }

  @Test("a pattern that is harmless once is a finding only with many objects")
  func rareCalls() {
    var test = StackProfile.goHeap()
    test.add("bufio.NewWriterSize < bufio.NewWriter < main.main", bytes: 65536, objects: 1)
    test.add(
      "runtime.malg < runtime.newproc1 < runtime.newproc.func1 < runtime.systemstack",
      bytes: 4400, objects: 10)
    #expect(findHotspots(in: test.profile, column: 1).findings.isEmpty)
  }

  @Test("a loop over maps.Keys is map iteration when its blocks grow")
  func loopBody() {
    for sizes in [[16, 32, 64, 128, 256], [4096, 4096, 4096, 4096, 4096]] as [[Int64]] {
      var test = StackProfile.goHeap()
      for size in sizes {
        test.add(
          "main.list-range1 < maps.Keys[go.shape.map[string]int].func1 < main.list",
          bytes: 1000, size: size)
      }
      let kinds = findHotspots(in: test.profile, column: 1).findings.map(\.kind)
      #expect(kinds == (sizes[0] == 16 ? [.mapIteration] : []))
    }
  }

  @Test("every rule has its page, and ids are unique")
  func pages() {
    #expect(Set(HotspotRule.all.map(\.id)).count == HotspotRule.all.count)
    for rule in HotspotRule.all {
      #expect(!rule.title.isEmpty && !rule.cost.isEmpty && !rule.advice.isEmpty)
      #expect(!rule.before.isEmpty && !rule.after.isEmpty && !rule.links.isEmpty)
      #expect(HotspotRule.named(rule.id)?.id == rule.id)
      #expect(HotspotRule.named(rule.kind.rawValue)?.kind == rule.kind)
    }
    #expect(HotspotRule.named("no-such-rule") == nil)
  }
}
