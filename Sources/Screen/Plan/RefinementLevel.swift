import Foundation
import MessagePassing
import Perturbations
import Transformer

/// One of the screens of a configuration: a refinement has one for each size of regions, others have one in all.
public struct RefinementLevel: Equatable, Sendable {
  /// nil where the screen is no refinement.
  public let size: RegionSize?
  /// Its results file.
  public let path: String
  /// Whether no level comes after it.
  public let isLast: Bool

  /// The name of a level's file: `screen.h5` has `screen.64x64.h5` beside it.
  static func path(of size: RegionSize, besides output: String) -> String {
    let stem = output.hasSuffix(".h5") ? String(output.dropLast(3)) : output
    return "\(stem).\(size.fileName).h5"
  }

  /// Where the levels before the last of a refinement into `output` are or may be, by the files and journals that
  /// exist.
  public static func paths(besides output: String) -> [String] {
    let url = URL(fileURLWithPath: output)
    let folder = url.deletingLastPathComponent().path
    let name = url.lastPathComponent
    let stem = (name.hasSuffix(".h5") ? String(name.dropLast(3)) : name) + "."
    let found = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).compactMap { entry -> String? in
      let file = entry.hasSuffix(".journal") ? String(entry.dropLast(8)) : entry
      guard file.hasPrefix(stem), file.dropFirst(stem.count).wholeMatch(of: /(\d+|all)x(\d+|all)\.h5/) != nil else {
        return nil
      }
      return folder + "/" + file
    }
    return Set(found).sorted()
  }
}

extension ScreenConfiguration {
  /// Throws if the screen cannot be divided into parts.
  public func checkDivisible() throws {
    guard forecastChoice == nil else {
      throw refusal(
        "mutations.forecast", "the control is of the whole screen, so that there are no parts; screen it undivided")
    }
    if case .pairs = choice {
      throw refusal(
        "mutations.pairs", "pairs are compared with single mutations, which are in one part; screen it undivided")
    }
    guard case .refinement = choice else { return }
    throw refusal(
      "mutations.refine",
      "a refinement has no parts, because each level needs all of the one before; screen it undivided, on as many ranks"
    )
  }

  /// The screens that lead to `output`, in order.
  public func levels(output: String) -> [RefinementLevel] {
    guard case .refinement(let sizes) = choice, let last = sizes.last else {
      return [RefinementLevel(size: nil, path: output, isLast: true)]
    }
    return sizes.dropLast().map { size in
      RefinementLevel(size: size, path: RefinementLevel.path(of: size, besides: output), isLast: false)
    } + [RefinementLevel(size: last, path: output, isLast: true)]
  }
}

/// The screens of a configuration one after the other: the levels of a refinement, each of which goes on from the one
/// before, or the only one of other configurations.
public struct Refinement: Sendable {
  /// The levels, in order.
  public let levels: [RefinementLevel]

  /// The levels that lead from a configuration to `output`.
  public init(_ configuration: ScreenConfiguration, output: String) {
    levels = configuration.levels(output: output)
  }

  /// Runs one level after the other, of which `screen` is the first, until `level` says that its screen is not whole.
  /// Collective.
  ///
  /// `level` is given the screen of a level, the level, and the paths of those behind it. `preparing` runs what reads
  /// the results of a level to make the screen of the next.
  public func run(
    _ screen: PreparedScreen, communicator: Communicator,
    preparing: (() throws -> PreparedScreen) throws -> PreparedScreen = { try $0() },
    level: (_ screen: PreparedScreen, _ level: RefinementLevel, _ later: [String]) throws -> Bool
  ) throws {
    var screen = screen
    for (index, next) in levels.enumerated() {
      if index > 0 {
        screen = try preparing {
          try screen.refined(to: next, from: levels[index - 1].path, communicator: communicator)
        }
      }
      guard try level(screen, next, levels[(index + 1)...].map(\.path)) else { return }
    }
  }
}

extension PreparedScreen {
  /// The same screen of a level's regions within the non-silent ones of the level before, whose results file is at
  /// `path`; rank 0 reads it. Collective.
  public func refined(
    to level: RefinementLevel, from path: String, communicator: Communicator
  ) throws -> PreparedScreen {
    guard let size = level.size else { return self }
    let list = try communicator.agree {
      guard communicator.rank == 0 else { return nil as MutationList? }
      return try MutationListFile.refined(
        path: path, to: size, model: model.shape, parameters: configuration.parameters)
    }
    var screen = self
    screen.plan = UnitPlan(list: try communicator.share(list) ?? MutationList())
    return screen
  }
}

extension Communicator {
  /// Rank 0's plan of mutations that are listed, on every rank; nil where its mutations are none of a list. Collective.
  func share(listed plan: UnitPlan?) throws -> UnitPlan? {
    guard let list = try share(plan?.list ?? plan?.pairs?.singles) else { return nil }
    let places = plan?.pairs?.pairs.flatMap { [Int64($0.first), Int64($0.second)] }
    guard try broadcast(places == nil ? 0 : 1, from: 0) == 1 else { return plan ?? UnitPlan(list: list) }
    let shared = try Sharing(self).share(places ?? [])
    let pairs = stride(from: 0, to: shared.count, by: 2).map {
      PairList.Pair(Int(shared[$0]), Int(shared[$0 + 1]))
    }
    return plan ?? UnitPlan(pairs: PairList(pairs, of: list))
  }

  /// Rank 0's list on every rank, nil where it has none. Collective.
  func share(_ list: MutationList?) throws -> MutationList? {
    guard try broadcast(list == nil ? 0 : 1, from: 0) == 1 else { return nil }
    let parameters = list?.parameters ?? KindParameters()
    let numbers = try broadcast(
      Kind.allCases.map { kind in parameters[kind].map { Int64($0.bitPattern) } ?? -1 }, from: 0)
    let bytes = try broadcast(list?.withBytes { Array($0) } ?? [], from: 0)
    if let list { return list }
    var shared = KindParameters()
    for (kind, number) in zip(Kind.allCases, numbers) where number >= 0 {
      shared[kind] = Float(bitPattern: UInt32(truncatingIfNeeded: number))
    }
    return MutationList(bytes: bytes, parameters: shared)
  }
}
