import Basics
import Geometry
import Inputs
import StrictJSON

/// The vectors of words, in a JSON object of a list of numbers for each, as points.
public struct WordVectorCloud: Sendable {
  /// A point for each word, in the order of the file.
  public let cloud: Cloud

  /// Reads the file; throws a `CloudsError` where it is not an object of lists of numbers that are all of one length.
  public init(_ source: PointSource) throws {
    guard let members = try TextOfFile.readJSON(source.path).members, let first = members.first else {
      throw CloudsError(
        "cannot take points from \(source.path): it is no JSON object with a member for each word; write {\"word\": "
          + "[0.5, …], …}")
    }
    let dimension = try WordVectorCloud.vector(first, source.path).count
    cloud = try source.cloud(count: members.count, dimension: dimension, names: members.map(\.name.text)) { take in
      for member in members {
        let vector = try WordVectorCloud.vector(member, source.path)
        guard vector.count == dimension else {
          throw CloudsError(
            "cannot take points from \(source.path): \(member.name.text.quoted) has \(vector.count) numbers and "
              + "\(first.name.text.quoted) has \(dimension); make the file again")
        }
        vector.withUnsafeBufferPointer(take)
      }
    }
  }

  private static func vector(_ member: JSONMember, _ path: String) throws -> [Float] {
    let vector = member.value.elements { value -> Float? in
      switch value {
      case .integer(let number): Float(number)
      case .decimal(let number): Float(number)
      default: nil
      }
    }
    guard let vector, !vector.isEmpty else {
      throw CloudsError(
        "cannot take points from \(path): \(member.name.text.quoted) is not a list of numbers, at least one; write "
          + "{\"word\": [0.5, …], …}")
    }
    return vector
  }
}
