/// Values that a call of the standard library allocates anew each time. The function's name
/// decides, whatever the arguments are; rules that know more about a call come first.
extension HotspotRule {
  /// The linker escapes a dot in the last element of a path.
  private static let dynamicDecoders =
    [
      "gopkg.in/yaml%2ev2", "gopkg.in/yaml%2ev3", "go.yaml.in/yaml/v2", "go.yaml.in/yaml/v3",
      "go.yaml.in/yaml/v4", "sigs.k8s.io/yaml", "github.com/goccy/go-yaml",
      "github.com/BurntSushi/toml", "github.com/pelletier/go-toml",
      "github.com/pelletier/go-toml/v2", "go.mongodb.org/mongo-driver/bson",
      "go.mongodb.org/mongo-driver/v2/bson", "github.com/vmihailenco/msgpack",
      "github.com/vmihailenco/msgpack/v5", "github.com/fxamacker/cbor/v2",
      "github.com/ugorji/go/codec",
    ].flatMap { library in
      ["Unmarshal*", "Decode*", "Load*", "(*Decoder).Decode*"].map { "\(library).\($0)" }
    }

  /// These come before the rules about growing maps.
  static let dynamicDecodeRules = [
    HotspotRule(
      "dynamic-decode", .dynamicDecode, title: "YAML, TOML or BSON decoded into maps",
      match: .calls(
        dynamicDecoders,
        through: .function([
          "reflect.mapassign*", "reflect.Value.SetMapIndex", "reflect.MakeMap*", "reflect.makemap",
        ])
      ).with {
        $0.siteEvidence = 0.15
        $0.throughLibraries = true
      },
      cost: """
        Every mapping becomes a map that grows as it is filled, every value an allocation of its \
        own behind an interface.
        """,
      advice: "decode into a struct with the fields that are used",
      before: """
        var settings map[string]any
        err := yaml.Unmarshal(text, &settings)
        """,
      after: """
        var settings struct{ Listen string; Limits limits }
        err := yaml.Unmarshal(text, &settings)
        """,
      links: ["https://pkg.go.dev/gopkg.in/yaml.v3#Unmarshal"])
  ]

  static let libraryCallRules = [
    HotspotRule(
      "caller-lookup", .callerLookup, title: "call site looked up at run time",
      // Heap profiles leave out the runtime's own frames.
      match: .reads(.callerLookup),
      cost: """
        Each call walks the stack and makes frames and texts of it, for every line that is logged.
        """,
      advice: "log the place only where it is read (errors), or switch the caller option off",
      before: """
        _, file, line, _ := runtime.Caller(1)
        log.Print(file, ":", line, " ", msg)
        """,
      after: """
        log.Print(msg) // the message says where it comes from
        """,
      links: ["https://pkg.go.dev/runtime#Caller"]),
    HotspotRule(
      "string-transform", .stringTransform, title: "changed copy of a text",
      match: .calls(
        ["strings", "bytes"].flatMap { package in
          [
            "ToLower*", "ToUpper*", "ToTitle*", "Title", "Map", "Replace", "ReplaceAll",
            "ToValidUTF8", "Clone",
          ].map { package + "." + $0 }
        } + [
          "strings.(*Replacer).Replace", "strings.(*Replacer).WriteString", "html.EscapeString",
          "html.UnescapeString", "path.Join", "path.Clean", "path/filepath.Join",
          "path/filepath.Clean", "path/filepath.Abs", "path/filepath.Rel", "unicode/utf16.*",
        ]),
      cost: "Each call copies the text where anything of it changes.",
      advice:
        "compare without a copy (strings.EqualFold, cut prefixes), or change it once and keep it",
      before: """
        if strings.ToLower(name) == "content-type" { … }
        """,
      after: """
        if strings.EqualFold(name, "content-type") { … }
        """,
      links: ["https://pkg.go.dev/strings#EqualFold"]),
    HotspotRule(
      "http-per-request", .httpPerRequest, title: "parts of an HTTP request made anew",
      match: .calls([
        "net/http.NewRequest*", "net/http.(*Request).*", "net/http.Header.*", "net/http.SetCookie",
        "net/http.ParseCookie", "net/http.ParseSetCookie", "net/http.(*Cookie).*",
        "net/http.ReadRequest", "net/http.ReadResponse", "net/http/httptest.New*",
        "net/http/httptest.(*ResponseRecorder).*", "net/url.*", "net/textproto.*",
      ]).with {
        $0.minimumObjects = callsThatRepeat
        $0.ignoresInitialization = true
      },
      cost: """
        WithContext and Clone copy the request, Query and Cookies parse it anew at each call, and \
        each header that is set is a slice and an entry of a map.
        """,
      advice: "parse once a request and hand the result on; put all values into one context value",
      before: """
        q := r.URL.Query().Get("q")
        n := r.URL.Query().Get("n") // parses again
        """,
      after: """
        query := r.URL.Query()
        q, n := query.Get("q"), query.Get("n")
        """,
      links: ["https://pkg.go.dev/net/url#URL.Query"]),
    HotspotRule(
      "codec-per-call", .codecPerCall, title: "reader or codec with its buffer made per call",
      match: .calls([
        "encoding/json.NewDecoder", "encoding/json.NewEncoder",
        // Setting up a new one.
        "encoding/json.(*Decoder).UseNumber", "encoding/json.(*Decoder).DisallowUnknownFields",
        "encoding/json.(*Encoder).SetIndent", "encoding/json.(*Encoder).SetEscapeHTML",
        "encoding/xml.(*Encoder).Indent",
        "encoding/xml.NewDecoder", "encoding/xml.NewTokenDecoder", "encoding/xml.NewEncoder",
        "encoding/gob.NewDecoder", "encoding/gob.NewEncoder", "encoding/csv.NewReader",
        "encoding/csv.NewWriter", "encoding/base64.New*", "encoding/base32.New*",
        "encoding/hex.New*", "compress/gzip.NewReader", "compress/gzip.(*Reader).Reset",
        "compress/zlib.NewReader*", "compress/flate.NewReader*", "compress/bzip2.NewReader",
        "compress/lzw.New*", "archive/tar.NewReader", "archive/zip.NewReader",
        "mime/multipart.NewReader", "mime/multipart.NewWriter",
        "github.com/klauspost/compress/gzip.NewReader",
        "github.com/klauspost/compress/zlib.NewReader*",
        "github.com/klauspost/compress/flate.NewReader*",
        "github.com/klauspost/compress/zstd.New*",
      ]).with {
        $0.minimumObjects = callsThatRepeat
        $0.ignoresInitialization = true
      },
      cost:
        "Each has tables and a buffer of its own, of 4 KiB or more, often inside a bufio.Reader.",
      advice:
        "keep one a connection, or a sync.Pool of them with Reset; give it a bufio.Reader you keep",
      before: """
        dec := xml.NewDecoder(conn) // per message: a bufio.Reader of 4 KiB inside
        """,
      after: """
        r := readers.Get().(*bufio.Reader)
        defer readers.Put(r)
        r.Reset(conn)
        dec := xml.NewDecoder(r) // takes a reader that has ReadByte as it is
        """,
      links: ["https://pkg.go.dev/encoding/xml#NewDecoder"]),
    HotspotRule(
      "codec-buffer", .codecPerCall, title: "reader or codec with its buffer made per call",
      match: .calls(
        ["encoding/json.(*Decoder).*", "encoding/gob.(*Decoder).Decode*"],
        through: .leaf([
          "encoding/json.(*Decoder).refill",
          "encoding/gob.(*decBuffer).Size", "encoding/gob.(*Decoder).readMessage",
        ])
      ).with {
        $0.minimumObjects = callsThatRepeat
        $0.ignoresInitialization = true
      },
      cost: "The first read of each allocates its buffer, and a longer value a larger one.",
      advice: "keep the decoder for all messages of a stream; Unmarshal what is in memory already",
      before: """
        err := json.NewDecoder(bytes.NewReader(body)).Decode(&v)
        """,
      after: """
        err := json.Unmarshal(body, &v)
        """,
      links: ["https://pkg.go.dev/encoding/json#Decoder"]),
    HotspotRule(
      "bufio-scan", .bufioAlloc, title: "buffer of a bufio.Scanner made per call",
      match: .calls(
        ["bufio.NewScanner", "bufio.(*Scanner).Scan"],
        through: .leaf(["bufio.NewScanner", "bufio.(*Scanner).Scan"])
      ).with {
        $0.minimumObjects = 8
        $0.ignoresInitialization = true
      },
      cost: "The first Scan allocates 4 KiB, and a longer line twice as much until it fits.",
      advice: "give the Scanner a Buffer that you keep, or cut lines off what is in memory already",
      before: """
        sc := bufio.NewScanner(r) // per message: 4 KiB at the first Scan
        """,
      after: """
        sc := bufio.NewScanner(r)
        sc.Buffer(buf, bufio.MaxScanTokenSize) // buf from a sync.Pool
        """,
      links: ["https://pkg.go.dev/bufio#Scanner.Buffer"]),
    HotspotRule(
      "small-map-reflect", .smallMapPerCall, title: "map made through reflection",
      match: .calls(["reflect.MakeMap*"]),
      cost: "A codec that fills maps through reflection makes one for each object that it reads.",
      advice: "decode into structs, or into one map that is cleared",
      before: """
        m := reflect.MakeMap(t) // for each object
        """,
      after: """
        m.Clear() // the map of the object before
        """,
      links: ["https://pkg.go.dev/reflect#Value.Clear"]),
    HotspotRule(
      "codec-output", .codecOutput, title: "values or text that a codec makes",
      match: .calls([
        "encoding/json.*", "encoding/json/v2.*", "encoding/json/jsontext.*", "encoding/xml.*",
        "encoding/gob.*", "encoding/csv.*", "encoding/asn1.*", "encoding/pem.*",
        "encoding/binary.Read", "encoding/binary.Write", "google.golang.org/protobuf/proto.*",
        "google.golang.org/protobuf/encoding/protojson.*",
        "google.golang.org/protobuf/encoding/prototext.*", "github.com/golang/protobuf/proto.*",
      ]).with { $0.leavesOutWriters = true },
      cost: """
        Decoding allocates every text, slice and pointer of the value; encoding returns a new \
        []byte each time.
        """,
      advice:
        "encode into a buffer that is reused; decode only the fields that are read, into values that are reused",
      before: """
        b, err := json.Marshal(v)
        if err != nil { return err }
        w.Write(b)
        """,
      after: """
        err := json.NewEncoder(w).Encode(v) // reuses its buffer
        """,
      links: ["https://pkg.go.dev/encoding/json#Encoder"]),
    HotspotRule(
      "io-copy-buffer", .ioCopyBuffer, title: "buffer of io.Copy made per call",
      match: .calls(["io.Copy*"], through: .leaf(["io.Copy*", "io.copyBuffer"])).with {
        $0.minimumObjects = 8
        $0.ignoresInitialization = true
      },
      cost: """
        Where the reader has no WriteTo and the writer no ReadFrom, io.Copy allocates 32 KiB for \
        each call.
        """,
      advice: "io.CopyBuffer with a buffer from a sync.Pool, or a writer that has ReadFrom",
      before: """
        io.Copy(w, r)
        """,
      after: """
        buf := buffers.Get().(*[32 << 10]byte)
        defer buffers.Put(buf)
        io.CopyBuffer(w, r, buf[:])
        """,
      links: ["https://pkg.go.dev/io#CopyBuffer"]),
    HotspotRule(
      "time-format", .timeFormat, title: "time written as a new text",
      match: .calls([
        "time.Time.Format", "time.Time.String", "time.Time.GoString", "time.Time.Marshal*",
        "time.Time.UTC", "time.Duration.String", "time.Month.String", "time.Weekday.String",
      ]),
      cost: "Each call returns a new string.",
      advice: "append into a reused []byte (Time.AppendFormat), or write the number",
      before: """
        line := t.Format(time.RFC3339) + " " + msg
        """,
      after: """
        buf = t.AppendFormat(buf[:0], time.RFC3339)
        """,
      links: ["https://pkg.go.dev/time#Time.AppendFormat"]),
    HotspotRule(
      "template-execution", .templateExecution, title: "template executed",
      match: .calls([
        "text/template.(*Template).Execute*", "html/template.(*Template).Execute*",
      ]),
      cost: """
        A template walks its values by reflection: every field, call and variable is a value made \
        anew, and html/template escapes each through texts.
        """,
      advice: "prepare the texts outside, execute one template a page, or keep what it wrote",
      before: """
        page.Execute(w, data) // {{range .Rows}}{{.Name}} {{.Price}}{{end}}
        """,
      after: """
        for _, r := range data.Rows { b.WriteString(r.Name); … } // or keep the finished page
        """,
      links: ["https://pkg.go.dev/text/template"]),
    HotspotRule(
      "error-per-call", .errorPerCall, title: "error made per call",
      match: .calls([
        "errors.New", "errors.Join", "github.com/pkg/errors.*", "golang.org/x/xerrors.*",
        "github.com/go-errors/errors.*", "github.com/cockroachdb/errors.*",
        "github.com/juju/errors.*", "github.com/rotisserie/eris.*",
      ]).with {
        $0.takesOwnBytes = true
        $0.minimumObjects = callsThatRepeat
        $0.ignoresInitialization = true
      },
      cost: "An error for what happens all the time is an object for each time.",
      advice: "return one package variable (var errNotFound = errors.New(…)), or a bool",
      before: """
        return errors.New("not found")
        """,
      after: """
        var errNotFound = errors.New("not found")

        return errNotFound
        """,
      links: ["https://pkg.go.dev/errors"]),
    HotspotRule(
      "reflect-value", .reflectValue, title: "value made through reflection",
      match: .calls(["reflect.*", "internal/reflectlite.*", "github.com/modern-go/reflect2.*"]),
      cost: """
        Calls, conversions and fields that are read through reflect put each value on the heap.
        """,
      advice: "write the type out (a type switch, generics, generated code) on hot paths",
      before: """
        results := reflect.ValueOf(f).Call([]reflect.Value{reflect.ValueOf(n)})
        """,
      after: """
        if f, ok := f.(func(int) int); ok { result = f(n) }
        """,
      links: ["https://pkg.go.dev/reflect"]),
  ]

  /// How many objects a function must certainly have allocated before its call counts as repeated.
  private static let callsThatRepeat: Int64 = 64
}
