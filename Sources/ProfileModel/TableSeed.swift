/// What hash tables of our own mix into their keys.
///
/// It is drawn once a process, so that nobody can write a file whose rows all meet
/// in one slot. No order and no output depends on it.
package enum TableSeed {
  package static let value = UInt64.random(in: .min ... .max) | 1
}
