import Foundations
import HeapDump
import HeapscopeTestSupport
import Ownership
import ProfileCodec
import ProfileModel

let heapStart = DumpWriter.heapStart

func dump(_ bytes: [UInt8]) throws(DumpError) -> HeapDump {
  try readHeapDump(from: ArraySource(bytes))
}

func retention(_ writer: DumpWriter) throws -> Retention {
  let dump = try dump(writer.bytes)
  return Retention(dump, symbols: nil, ownership: Ownership(dump.names.profile))
}

extension Retention {
  /// `main.a 96/2`: the holder, its bytes and objects.
  var summary: [String] {
    holders.map { holder in
      let names = holder.roots.map { roots[$0].name }.sorted().joined(separator: "+")
      return "\(names) \(holder.bytes)/\(holder.objects)"
    }
  }
}
