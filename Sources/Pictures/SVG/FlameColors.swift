import Ownership
import HeapAnalysis

/// A colour on white and the corresponding one on a dark background, as `#rrggbb`.
struct FlameColor: Hashable {
  var light: String
  var dark: String
}

/// The colours of frames: by package, the user's own code in strong warm tones.
///
/// The page's script has the same table.
enum FlameColors {
  /// The frame that represents all stacks.
  static let root = FlameColor(light: "#e2e2e2", dark: "#3a3d44")

  /// Returns the colour of a function; a package has the same one in every picture.
  static func color(of function: FlameFunction) -> FlameColor {
    let hash = Int(fnv1a(function.package) >> 8 & 0xffff)
    func between(_ low: Double, _ high: Double, _ bits: Int) -> Double {
      low + (high - low) * Double(bits & 0xff) / 255
    }
    func color(
      hue: Double, light: (saturation: Double, low: Double, high: Double),
      dark: (saturation: Double, low: Double, high: Double)
    ) -> FlameColor {
      FlameColor(
        light: rgb(hue: hue, light.saturation, between(light.low, light.high, hash >> 8)),
        dark: rgb(hue: hue, dark.saturation, between(dark.low, dark.high, hash >> 8)))
    }
    return switch function.owner {
    case .own: color(hue: between(14, 40, hash), light: (0.92, 0.56, 0.64), dark: (0.8, 0.25, 0.29))
    case .library:
      color(hue: between(205, 290, hash), light: (0.5, 0.74, 0.82), dark: (0.3, 0.32, 0.4))
    case .standard:
      color(hue: between(85, 180, hash), light: (0.32, 0.74, 0.83), dark: (0.22, 0.27, 0.34))
    case .runtime: color(hue: 210, light: (0.1, 0.78, 0.84), dark: (0.08, 0.27, 0.33))
    case .other: color(hue: 0, light: (0, 0.88, 0.88), dark: (0, 0.25, 0.25))
    }
  }

  /// Red for growth, blue for shrinkage, white for no change.
  static func color(before: Int64, after: Int64) -> FlameColor {
    let larger = Double(max(before.magnitude, after.magnitude))
    if larger == 0 || before == after { return FlameColor(light: "#f4f4f4", dark: "#2c2f36") }
    let change = (Double(after) - Double(before)) / larger
    let strength = min(1, change.magnitude)
    let hue = change > 0 ? 6.0 : 214
    return FlameColor(
      light: rgb(hue: hue, 0.85, 0.93 - 0.35 * strength),
      // In steps, as each dark colour is a rule of the style.
      dark: rgb(hue: hue, 0.85, 0.22 + 0.22 * (strength * 20).rounded() / 20))
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
