/// True when one word is likely a misspelling of the other.
func isNear(_ left: String, _ right: String) -> Bool {
  let letters = min(left.count, right.count) - (left.hasPrefix("--") ? 2 : 0)
  return editDistance(left, right) <= max(1, min(2, letters / 3))
}

/// The number of letters that must be added, removed, changed or swapped with their neighbour to
/// turn one text into another (optimal string alignment).
///
/// Only the first 64 letters of longer texts are compared: no option or name is as long.
func editDistance(_ left: String, _ right: String) -> Int {
  let left = Array(left.prefix(64))
  let right = Array(right.prefix(64))
  var rows = [Array(0...right.count)]
  for index in left.indices {
    var row = [index + 1]
    for column in right.indices {
      let cost = left[index] == right[column] ? 0 : 1
      var best = min(rows[index][column + 1] + 1, row[column] + 1, rows[index][column] + cost)
      if index > 0, column > 0, left[index] == right[column - 1], left[index - 1] == right[column] {
        best = min(best, rows[index - 1][column - 1] + 1)
      }
      row.append(best)
    }
    rows.append(row)
  }
  return rows[left.count][right.count]
}
