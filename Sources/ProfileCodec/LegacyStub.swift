package struct LegacyOptions: Sendable { package init() {} }
package struct GoMemStats: Sendable {}
func readLegacy(_ bytes: [UInt8], options: LegacyOptions) throws(CodecError) -> ReadProfile? { nil }
