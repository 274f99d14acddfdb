import HeapscopeTestSupport
import ProfileCodec
import ProfileModel
import Testing

/// Some collectors leave the names of sample types and units empty.
@Suite("Messages about sample types without a name")
struct UnnamedTypeTests {
  @Test("messages call a sample type and a unit without a name unnamed")
  func unnamedTypes() throws {
    let folder = try TestFolder()
    func file(_ name: String, type: String, unit: String, period: String) throws -> String {
      var profile = StackProfile.inBytes(["main.a": 1])
      profile.sampleTypes[0] = SampleType(
        name: profile.strings.intern(type), unit: profile.strings.intern(unit))
      profile.periodType = SampleType(name: profile.strings.intern(period), unit: .empty)
      return try folder.write(name, try writeProfile(profile))
    }
    let unnamed = try file("a.pb.gz", type: "", unit: "", period: "")
    let bytes = try file("b.pb.gz", type: "", unit: "bytes", period: "")
    let named = try file("c.pb.gz", type: "", unit: "", period: "wall")
    #expect(
      heapscope(["top", unnamed, named]).messages.last
        == "heapscope: the profiles do not go together: their periods count something without a name "
        + "and wall")
    #expect(
      heapscope(["top", unnamed, bytes]).messages.last
        == "heapscope: the profiles do not go together: a sample type without a name is in no unit "
        + "and in bytes")
    #expect(
      heapscope(["peek", "nothing", unnamed]).messages.last
        == "heapscope: no function matches 'nothing' on a stack with a sample type without a name")
  }
}
