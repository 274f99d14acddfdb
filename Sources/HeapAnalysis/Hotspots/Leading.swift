/// Returns the elements that would come first if all were sorted.
///
/// - Complexity: O(*n*) when few are requested, since most elements are compared once.
func leading<Element>(
  _ count: Int, of list: [Element], by precedes: (Element, Element) -> Bool
) -> [Element] {
  if count >= list.count / 4 { return Array(list.sorted(by: precedes).prefix(count)) }
  var result: [Element] = []
  for element in list {
    if result.count == count {
      guard let last = result.last, precedes(element, last) else { continue }
      result.removeLast()
    }
    let place = result.lastIndex { !precedes(element, $0) }.map { $0 + 1 } ?? 0
    result.insert(element, at: place)
  }
  return result
}
