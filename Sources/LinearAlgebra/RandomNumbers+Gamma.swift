import Foundation

extension RandomNumbers {
  /// The length of a vector of so many standard normal numbers: the root of a chi-squared variable. By a gamma variable
  /// of half the degrees (Marsaglia and Tsang 2000, ACM Trans. Math. Softw. 26, 363–372).
  public mutating func length(ofNormals degrees: Int) -> Double {
    precondition(degrees > 0, "a length of at least one number")
    // Below a shape of 1 the method does not hold.
    guard degrees > 1 else { return abs(normal()) }
    let shift = Double(degrees) / 2 - 1 / 3.0
    let scale = 1 / (9 * shift).squareRoot()
    while true {
      let normal = normal()
      let root = 1 + scale * normal
      guard root > 0 else { continue }
      let cube = root * root * root
      if log(uniform()) < normal * normal / 2 + shift * (1 - cube + log(cube)) {
        return (2 * shift * cube).squareRoot()
      }
    }
  }

  /// A matrix of standard normal numbers, row by row.
  public mutating func normals(rows: Int, columns: Int) -> DoubleMatrix {
    DoubleMatrix(rows: rows, columns: columns, values: (0..<rows * columns).map { _ in normal() })
  }
}
