/// How far a screen is.
public struct ScreenProgress: Sendable {
  public enum Phase: Sendable { case baseline, screening, gathering }

  public let phase: Phase
  public let unitsDone: Int
  public let unitCount: Int
  public let mutationsDone: Int
  public let mutationCount: Int
  /// The share of the screen's operations that is done, 0…1: early layers cost more than late ones.
  public let workDone: Double
}
