extension HotspotRule {
  private static let compressors = [
    "compress/gzip", "compress/zlib", "compress/flate",
    "github.com/klauspost/compress/gzip", "github.com/klauspost/compress/zlib",
    "github.com/klauspost/compress/flate",
  ]

  private static let readCost = """
    The whole input is held in memory, in a buffer that is copied each time that it grows.
    """

  // Not json.Decoder by itself: it buffers the whole of a value that it decodes.
  private static let readAdvice =
    "read row by row (bufio.Scanner, json.Decoder's More and Decode), or into a pooled buffer"

  private static let readBefore = """
    body, err := io.ReadAll(r.Body)
    if err != nil { return err }
    return json.Unmarshal(body, &v)
    """

  private static let readAfter = """
    buf := buffers.Get().(*bytes.Buffer)
    defer buffers.Put(buf)
    buf.Reset()
    if _, err := buf.ReadFrom(r.Body); err != nil { return err }
    return json.Unmarshal(buf.Bytes(), &v)
    """

  private static let readLinks = [
    "https://pkg.go.dev/io#ReadAll", "https://pkg.go.dev/encoding/json#Decoder.More",
  ]

  static let inputRules = [
    HotspotRule(
      "gzip-writer", .gzipWriter, title: "compressor made per call",
      match: .calls(
        compressors.map { $0 + ".*" } + [
          "archive/zip.*", "image/png.*", "github.com/klauspost/pgzip.*",
        ],
        through: .function(
          compressors.flatMap { package in
            [
              "NewWriter*", "(*compressor).init*", "newDeflateFast", "newFastEnc", "newHuffman*",
              "(*fastGen).*",
            ].map { package + "." + $0 }
          })
      ).with {
        // What the compressed bytes are written to does not belong to the compressor.
        $0.without = ["bytes.(*Buffer).*", "bytes.growSlice"]
        $0.minimumObjects = 64
        $0.ignoresInitialization = true
      },
      cost: "A compressor needs several hundred kilobytes of tables, whatever it compresses.",
      advice: "keep writers in a sync.Pool and Reset them",
      before: """
        zw := gzip.NewWriter(w)
        defer zw.Close()
        """,
      after: """
        zw := writers.Get().(*gzip.Writer)
        defer writers.Put(zw)
        zw.Reset(w)
        defer zw.Close()
        """,
      links: ["https://pkg.go.dev/compress/gzip#Writer.Reset"]),
    HotspotRule(
      "read-all", .readAll, title: "input read into memory at once",
      match: .calls(["io.ReadAll", "io/ioutil.ReadAll", "bytes.(*Buffer).ReadFrom"]),
      cost: readCost, advice: readAdvice, before: readBefore, after: readAfter, links: readLinks),
    HotspotRule(
      "copy-all", .readAll, title: "input copied into a buffer at once",
      match: .calls(["io.Copy*"], through: .function(["bytes.(*Buffer).ReadFrom"])),
      cost: readCost, advice: readAdvice, before: readBefore, after: readAfter, links: readLinks),
    HotspotRule(
      "read-file", .readAll, title: "files read into memory at once",
      match: .calls(["os.ReadFile", "io/ioutil.ReadFile", "io/fs.ReadFile"]).with {
        $0.minimumObjects = 16
        $0.ignoresInitialization = true
      },
      cost: readCost, advice: readAdvice, before: readBefore, after: readAfter, links: readLinks),
    HotspotRule(
      "bufio-alloc", .bufioAlloc, title: "bufio buffer made per call",
      match: .calls(["bufio.NewReader*", "bufio.NewWriter*", "bufio.NewReadWriter"]).with {
        $0.minimumObjects = 8
        $0.ignoresInitialization = true
      },
      cost: "Each reader or writer has a buffer of 4 KiB or more.",
      advice: "keep one per connection, or a sync.Pool of them with Reset",
      before: """
        r := bufio.NewReader(conn) // per message
        """,
      after: """
        r := readers.Get().(*bufio.Reader)
        defer readers.Put(r)
        r.Reset(conn)
        """,
      links: ["https://pkg.go.dev/bufio#Reader.Reset"]),
  ]
}
