/// Bounds on what a file may ask of the machine.
package struct ReadLimits: Sendable {
  /// The most bytes that a file may inflate to.
  package var inflatedBytes = 4 << 30

  /// Past `expansionFloor` inflated bytes, more than this many times the
  /// compressed size is taken for an attack. Deflate's own maximum is 1032;
  /// real profiles stay below 40.
  package var expansion = 200
  package var expansionFloor = 64 << 20

  /// The most bytes that the tables may take: a floor, or a multiple of the
  /// input's size. Real profiles need 4 to 20 times their compressed size, the
  /// more the smaller they are. Reports take as much again, and all of it is to
  /// stay below 1 GiB for a file of up to 20 MB.
  package var tableBytesFloor = 384 << 20
  package var tableBytesPerInputByte = 16

  /// Real profiles have four to ten. Merging compares each with all.
  package var sampleTypes = 1 << 12
  package var stackDepth = 4 << 20
  package var linesPerLocation = 1 << 20
  package var labelsPerSample = 4 << 20
  package var comments = 4 << 20

  /// The longest single top-level field, names included.
  package var fieldBytes = 256 << 20

  /// The longest text or binary file of an older format; these are read whole.
  package var legacyBytes = 256 << 20

  package init() {}
}
