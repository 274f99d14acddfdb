import Ownership
import HeapAnalysis

/// The colours of frames: by package, the user's own code in strong warm tones.
///
/// The page's script has the same table for its light and dark forms.
enum FlameColors {
  /// Returns a colour as `#rrggbb`, the same for a package in every picture.
  static func color(of function: FlameFunction) -> String {
    let hash = Int(fnv1a(function.package) >> 8 & 0xffff)
    func between(_ low: Double, _ high: Double, _ bits: Int) -> Double {
      low + (high - low) * Double(bits & 0xff) / 255
    }
    return switch function.owner {
    case .own: rgb(hue: between(14, 40, hash), 0.92, between(0.56, 0.64, hash >> 8))
    case .library: rgb(hue: between(205, 290, hash), 0.5, between(0.74, 0.82, hash >> 8))
    case .standard: rgb(hue: between(85, 180, hash), 0.32, between(0.74, 0.83, hash >> 8))
    case .runtime: rgb(hue: 210, 0.1, between(0.78, 0.84, hash >> 8))
    case .other: rgb(hue: 0, 0, 0.88)
    }
  }

  /// Red where it grew, blue where it shrank, white where it stayed.
  static func color(before: Int64, after: Int64) -> String {
    let larger = Double(max(before.magnitude, after.magnitude))
    if larger == 0 || before == after { return "#f4f4f4" }
    let change = (Double(after) - Double(before)) / larger
    let strength = min(1, change.magnitude)
    return rgb(hue: change > 0 ? 6 : 214, 0.85, 0.93 - 0.35 * strength)
  }

  /// The 32-bit FNV-1a hash (Fowler, Noll, Vo).
  private static func fnv1a(_ text: String) -> UInt32 {
    text.utf8.reduce(0x811c_9dc5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
  }

  private static func rgb(hue: Double, _ saturation: Double, _ lightness: Double) -> String {
    let chroma = saturation * min(lightness, 1 - lightness)
    func channel(_ offset: Double) -> Int {
      let k = (offset + hue / 30).truncatingRemainder(dividingBy: 12)
      return Int(((lightness - chroma * max(-1, min(k - 3, 9 - k, 1))) * 255).rounded())
    }
    return "#" + [channel(0), channel(8), channel(4)].map(hex).joined()
  }

  private static func hex(_ value: Int) -> String {
    (value < 16 ? "0" : "") + String(value, radix: 16)
  }
}
