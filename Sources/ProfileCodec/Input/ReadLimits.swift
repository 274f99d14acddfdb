/// Limits on the resources that a file may use.
package struct ReadLimits: Sendable {
  /// The most bytes that a file may inflate to.
  package var inflatedBytes = 4 << 30

  /// Past `expansionFloor` inflated bytes, a larger ratio of inflated to compressed size is taken
  /// for an attack. Deflate's own maximum is 1032; real profiles stay below 40.
  package var expansion = 200
  package var expansionFloor = 64 << 20

  /// The most bytes that the tables may take: a floor, or a multiple of the input's size. Real
  /// profiles need 4 to 20 times their compressed size; the smaller they are, the more. Reports
  /// take as much again, and the sum should stay below 1 GiB for a file of up to 20 MB.
  package var tableBytesFloor = 384 << 20
  package var tableBytesPerInputByte = 16

  /// Real profiles have four to ten. Merging compares each one with all.
  package var sampleTypes = 1 << 12
  package var stackDepth = 4 << 20
  package var linesPerLocation = 1 << 20
  package var labelsPerSample = 4 << 20
  package var comments = 4 << 20

  /// The longest single top-level field, including names.
  package var fieldBytes = 256 << 20

  /// The longest text or binary file of a legacy format; these are read as a whole.
  package var legacyBytes = 256 << 20

  package init() {}
}
