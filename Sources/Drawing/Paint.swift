/// A colour by what it stands for, so that a drawing can be shown on light and on dark ground.
public struct Paint: Equatable, Sendable {
  /// What a colour stands for.
  public enum Role: String, CaseIterable, Sendable {
    /// Text and magnitudes.
    case ink
    /// Secondary text.
    case quiet
    /// Lines of a scale.
    case faint
    /// The ground.
    case paper
    /// Text on shades of magnitudes that neither ink nor the ground stands out from: as far from the ground as can be,
    /// and black on any.
    case bright, black
    /// Regions whose mutants are silent.
    case silent
    /// Lines over what was not screened.
    case hatch
    /// Regions that are non-silent by the first kind only, by the second only, by both.
    case first, second, both
    /// Lobes, the first of every eight and so on.
    case lobe0, lobe1, lobe2, lobe3, lobe4, lobe5, lobe6, lobe7

    /// The colours of lobes in the order of their numbers.
    public static let lobes: [Role] = [.lobe0, .lobe1, .lobe2, .lobe3, .lobe4, .lobe5, .lobe6, .lobe7]
  }

  /// What the colour stands for.
  public let role: Role
  /// The opacity from 0 to 1.
  public let opacity: Double

  /// Takes a role; an opacity outside of 0 to 1 is brought there, one that is no number is 0.
  public init(_ role: Role, opacity: Double = 1) {
    self.role = role
    self.opacity = opacity.isFinite ? min(max(opacity, 0), 1) : 0
  }

  /// The opaque colour of text and magnitudes.
  public static let ink = Paint(.ink)
  /// The opaque colour of secondary text.
  public static let quiet = Paint(.quiet)
  /// The opaque colour of a scale's lines.
  public static let faint = Paint(.faint)
  /// The opaque colour of the ground.
  public static let paper = Paint(.paper)
  /// The opaque colour of regions whose mutants are silent.
  public static let silent = Paint(.silent)
  /// The opaque colour of lines over what was not screened.
  public static let hatch = Paint(.hatch)
  /// The opaque colour of regions that are non-silent by the first kind alone.
  public static let first = Paint(.first)
  /// The opaque colour of regions that are non-silent by the second kind alone.
  public static let second = Paint(.second)
  /// The opaque colour of regions that are non-silent by both kinds.
  public static let both = Paint(.both)

  /// A magnitude: the more of `limit`, the darker; nil for what is no number.
  public static func magnitude(_ value: Double, of limit: Double) -> Paint? {
    guard value.isFinite else { return nil }
    return Paint(.ink, opacity: limit > 0 ? value / limit : 0)
  }

  /// The colour of text on this one; on a magnitude it has a contrast of at least 4.5, be the ground light or dark.
  public var label: Paint {
    guard role == .ink else { return opacity > 0.5 ? .paper : .ink }
    switch opacity {
    case ...0.33: return .ink
    case ...0.405: return Paint(.bright)
    case ...0.57: return Paint(.black)
    default: return .paper
    }
  }

  /// A leaning: towards the first kind above zero, towards the second below; nil for what is no number.
  public static func leaning(_ value: Double, of limit: Double) -> Paint? {
    guard value.isFinite else { return nil }
    return Paint(value < 0 ? .second : .first, opacity: limit > 0 ? abs(value) / limit : 0)
  }
}

/// The colours that stand for the kinds.
public enum Palette: String, CaseIterable, Sendable {
  /// Red, blue and green.
  case paper
  /// Vermilion, sky blue and black, which every kind of colour vision can distinguish (Okabe and Ito 2008).
  case safe

  /// The colour of a role on light ground or dark, `#rrggbb`.
  public func colour(_ role: Paint.Role, isDark: Bool = false) -> String { colours(role, isDark: isDark) }

  /// The colours of all roles as properties of a style sheet.
  public func properties(isDark: Bool) -> String {
    Paint.Role.allCases.map { "--\($0.rawValue): \(colours($0, isDark: isDark));" }.joined(separator: " ")
  }

  private func colours(_ role: Paint.Role, isDark: Bool) -> String {
    switch role {
    case .ink: isDark ? "#ece9e2" : "#1c1b19"
    case .quiet: isDark ? "#a3a099" : "#66635c"
    case .faint: isDark ? "#3a3936" : "#dedad1"
    case .paper: isDark ? "#171716" : "#fffefb"
    case .bright: isDark ? "#ffffff" : "#000000"
    case .black: "#000000"
    case .silent: isDark ? "#282725" : "#f0ede6"
    case .hatch: isDark ? "#716d66" : "#b3ada2"
    case .first: self == .paper ? (isDark ? "#f0685c" : "#cf3a31") : (isDark ? "#f07a2b" : "#d55e00")
    case .second: self == .paper ? (isDark ? "#6d9df5" : "#2b62c4") : (isDark ? "#6cc3f2" : "#56b4e9")
    case .both: self == .paper ? (isDark ? "#5cc184" : "#2c8a52") : (isDark ? "#f5f2ea" : "#141414")
    case .lobe0, .lobe1, .lobe2, .lobe3, .lobe4, .lobe5, .lobe6, .lobe7:
      lobes(isDark: isDark)[Paint.Role.lobes.firstIndex(of: role) ?? 0]
    }
  }

  /// Beginning with the two kinds' colours, chosen so that the nearest two are as far apart as can be in all kinds of
  /// colour vision (in OKLab, after the simulation of Machado, Oliveira and Fernandes 2009).
  private func lobes(isDark: Bool) -> [String] {
    switch self {
    case .paper:
      isDark
        ? ["#6d9df5", "#f0685c", "#ffff00", "#00ffff", "#a10dff", "#f2bc6b", "#0d6ba1", "#bc005e"]
        : ["#2b62c4", "#cf3a31", "#c9bc00", "#28c9ff", "#430086", "#ff79a1", "#6b0d00", "#a179ff"]
    case .safe:
      isDark
        ? ["#6cc3f2", "#f07a2b", "#d7d700", "#bcfff2", "#a100bc", "#288686", "#c90000", "#a179ff"]
        : ["#56b4e9", "#d55e00", "#c9bc51", "#1b00c9", "#5e006b", "#007994", "#940d00", "#ae51ff"]
    }
  }
}
