/// Returns a text for XML or HTML, in an element or in a quoted attribute.
///
/// Characters that XML 1.0 does not allow (section 2.2) are left out; names contain none, as they
/// were made safe before.
package func markup(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "&": result += "&amp;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    default:
      switch scalar.value {
      case 9, 10, 13, 0x20...0xfffd, 0x10000...: result.unicodeScalars.append(scalar)
      default: break
      }
    }
  }
  return result
}
