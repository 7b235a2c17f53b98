import Drawing
import Foundation
import Report
import Testing

/// Whether colours can be told apart.
struct ColourTests {
  private typealias Triple = [Double]

  /// Linear red, green and blue as people see them who lack one of three kinds of cones, after Machado, Oliveira and
  /// Fernandes 2009, IEEE Trans. Vis. Comput. Graph. 15, 1291–1298, table 1, severity 1.
  private static let visions: [[[Double]]] = [
    [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
  ]

  private static func times(_ matrix: [[Double]], _ vector: Triple) -> Triple {
    matrix.map { zip($0, vector).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  /// The linear components of a colour written `#rrggbb`.
  private static func linear(_ colour: String) -> Triple {
    let value = Int(colour.dropFirst(), radix: 16) ?? 0
    return [16, 8, 0].map { shift in
      let part = Double(value >> shift & 255) / 255
      return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
    }
  }

  /// The colour in OKLab (Ottosson 2020).
  private static func lab(_ linear: Triple) -> Triple {
    let cones = times(
      [
        [0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
      ], linear.map { min(max($0, 0), 1) })
    return times(
      [
        [0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
      ], cones.map { cbrt($0) })
  }

  /// The eight colours of Okabe and Ito come as near as 0.076.
  @Test(arguments: Palette.allCases, [false, true]) func lobesAreToldApart(_ palette: Palette, _ isDark: Bool) {
    let colours = Paint.Role.lobes.map { palette.colour($0, isDark: isDark) }
    #expect(Set(colours).count == 8)
    for vision in Self.visions {
      let seen = colours.map { Self.lab(Self.times(vision, Self.linear($0))) }
      for first in seen.indices {
        for second in 0..<first {
          let distance = zip(seen[first], seen[second]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
          #expect(distance > 0.12, "\(colours[first]) and \(colours[second]): \(distance)")
        }
      }
    }
    let ground = palette.colour(.paper, isDark: isDark)
    for colour in colours { #expect(Self.contrast(colour, ground) > 1.8, "\(colour)") }
  }

  /// The contrast of two colours after the guidelines for the accessibility of web content.
  private static func contrast(_ one: String, _ two: String) -> Double {
    let lights = [one, two].map { times([[0.2126, 0.7152, 0.0722]], linear($0))[0] }.sorted()
    return (lights[1] + 0.05) / (lights[0] + 0.05)
  }

  /// A number in a cell is read whatever the cell's shade is, on either ground.
  @Test(arguments: Palette.allCases, [false, true]) func numbersOnShadesAreLegible(_ palette: Palette, _ isDark: Bool) {
    func parts(_ role: Paint.Role) -> [Double] {
      let value = Int(palette.colour(role, isDark: isDark).dropFirst(), radix: 16) ?? 0
      return [16, 8, 0].map { Double(value >> $0 & 255) }
    }
    for opacity in stride(from: 0.0, through: 1, by: 0.005) {
      let shade = zip(parts(.silent), parts(.ink)).map { Int(($0 + opacity * ($1 - $0)).rounded()) }
      let colour = "#" + shade.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      let label = palette.colour(Paint(.ink, opacity: opacity).label.role, isDark: isDark)
      #expect(Self.contrast(colour, label) >= 4.5, "\(opacity): \(label) on \(colour)")
    }
  }
}
