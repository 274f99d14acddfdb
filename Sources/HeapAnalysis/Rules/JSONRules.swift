extension HotspotRule {
  private static let encoders =
    ["encoding/json.Marshal*", "encoding/json.(*Encoder).Encode", "encoding/json/v2.Marshal*"]
    + [
      // Deep recursion cuts the stack here, above the entry.
      "encoding/json.(*encodeState).*", "encoding/json.mapEncoder.*",
      "encoding/json.interfaceEncoder", "encoding/json.arrayEncoder.*",
      "encoding/json.sliceEncoder.*", "encoding/json.structEncoder.*", "encoding/json/v2.marshal*",
    ]
    + [
      "github.com/json-iterator/go.Marshal*",
      "github.com/json-iterator/go.(*frozenConfig).Marshal*",
      "github.com/json-iterator/go.(*Encoder).Encode", "github.com/goccy/go-json.Marshal*",
      "github.com/goccy/go-json.(*Encoder).Encode*", "github.com/segmentio/encoding/json.Marshal",
      "github.com/segmentio/encoding/json.(*Encoder).Encode",
      "github.com/go-json-experiment/json.Marshal*",
    ]

  private static let mapEncoding = StackMatch.Through.function([
    "encoding/json.mapEncoder.*", "encoding/json.(*mapEncoder).*",
    "encoding/json/v2.makeMapArshaler.func2*", "encoding/json/v2.marshalObjectAny",
    "github.com/go-json-experiment/json.makeMapArshaler.func2*",
    "github.com/go-json-experiment/json.marshalObjectAny",
    "github.com/json-iterator/go.(*mapEncoder).*",
    "github.com/json-iterator/go.(*sortKeysMapEncoder).*",
    "github.com/segmentio/encoding/json.encoder.encodeMap*",
  ])

  private static let decoders =
    ["encoding/json.Unmarshal", "encoding/json.(*Decoder).Decode", "encoding/json/v2.Unmarshal*"]
    + ["encoding/json.(*decodeState).*", "encoding/json/v2.unmarshal*"]
    + [
      "github.com/json-iterator/go.Unmarshal*",
      "github.com/json-iterator/go.(*frozenConfig).Unmarshal*",
      "github.com/json-iterator/go.(*Decoder).Decode", "github.com/goccy/go-json.Unmarshal*",
      "github.com/goccy/go-json.(*Decoder).Decode*",
      "github.com/segmentio/encoding/json.Unmarshal",
      "github.com/segmentio/encoding/json.(*Decoder).Decode",
      "github.com/go-json-experiment/json.Unmarshal*",
    ]

  private static let interfaceDecoding = [
    "encoding/json.(*decodeState).objectInterface", "encoding/json.(*decodeState).arrayInterface",
    "encoding/json.(*decodeState).literalInterface",
    "encoding/json.(*decodeState).valueInterface",
    // Only numbers decoded into an `any` become values of their own.
    "encoding/json.(*decodeState).convertNumber",
    "encoding/json/v2.makeInterfaceArshaler.func2*", "encoding/json/v2.unmarshalValueAny",
    "encoding/json/v2.unmarshalObjectAny", "encoding/json/v2.unmarshalArrayAny",
    "github.com/go-json-experiment/json.makeInterfaceArshaler.func2*",
    "github.com/go-json-experiment/json.unmarshalValueAny",
    "github.com/go-json-experiment/json.unmarshalObjectAny",
    "github.com/json-iterator/go.(*dynamicDecoder).*",
    "github.com/json-iterator/go.(*Iterator).Read",
    "github.com/goccy/go-json/internal/decoder.(*interfaceDecoder).*",
    "github.com/segmentio/encoding/json.decoder.decodeInterface",
  ]

  private static let mapDecoding = [
    "encoding/json/v2.makeMapArshaler.func3*", "reflect.mapassign*", "reflect.Value.SetMapIndex",
    "github.com/go-json-experiment/json.makeMapArshaler.func3*",
    "github.com/json-iterator/go.(*mapDecoder).*",
    "github.com/goccy/go-json/internal/decoder.(*mapDecoder).*",
    "github.com/segmentio/encoding/json.decoder.decodeMap*",
  ]

  private static let decodeCost = """
    Every object becomes a map that grows as it is filled, every number, string and bool an \
    allocation of its own behind an interface: several times the size of a struct.
    """

  private static let decodeAdvice =
    "decode into a struct with the fields that are used; keep the rest as json.RawMessage"

  private static let decodeBefore = """
    var event map[string]any
    err := json.Unmarshal(body, &event)
    """

  private static let decodeAfter = """
    var event struct {
      ID   string          `json:"id"`
      Rest json.RawMessage `json:"payload"`
    }
    err := json.Unmarshal(body, &event)
    """

  private static let decodeLinks = ["https://pkg.go.dev/encoding/json#RawMessage"]

  static let jsonRules = [
    HotspotRule(
      "json-map-encode", .jsonMapEncode, title: "map encoded as JSON",
      match: .calls(encoders + structuredLoggers, through: mapEncoding).with {
        // A typed value with a small map in it does not match, except for that map.
        $0.siteEvidence = 0.15
        $0.leavesOutWriters = true
        $0.work = [
          "encoding/json.(*encodeState).reflectValue", "encoding/json/v2.marshalEncode",
          "github.com/go-json-experiment/json.marshalEncode",
        ]
        $0.takesOwnBytes = true
        $0.throughLibraries = true
      },
      cost: """
        The encoder copies each key and value out of the map through reflection and sorts \
        the keys; a map[string]any also boxes every value when it is built.
        """,
      advice: "encode a struct with json tags instead of a map",
      before: """
        json.NewEncoder(w).Encode(map[string]any{"id": id, "name": name})
        """,
      after: """
        type reply struct {
          ID   int    `json:"id"`
          Name string `json:"name"`
        }
        json.NewEncoder(w).Encode(reply{id, name})
        """,
      links: ["https://pkg.go.dev/encoding/json#Marshal"]),
    HotspotRule(
      "json-dynamic-decode", .jsonDynamicDecode, title: "JSON decoded into maps and any",
      match: .calls(decoders, through: .function(interfaceDecoding + mapDecoding)).with {
        $0.siteEvidence = 0.3
        // Maps of structs are filled in the same way. Before 1.25, Go decodes the direct elements
        // of a []any, except numbers, without a function of its own.
        $0.confirmation = .init(rule: "json-dynamic-field", sufficientShare: 0.1)
        $0.takesOwnBytes = true
        $0.throughLibraries = true
      },
      cost: decodeCost, advice: decodeAdvice, before: decodeBefore, after: decodeAfter,
      links: decodeLinks),
    HotspotRule(
      "json-dynamic-field", .jsonDynamicDecode, title: "JSON decoded into a field of type any",
      match: .calls(decoders, through: .function(interfaceDecoding)).with {
        $0.throughLibraries = true
      },
      cost: decodeCost, advice: decodeAdvice, before: decodeBefore, after: decodeAfter,
      links: decodeLinks),
  ]
}
