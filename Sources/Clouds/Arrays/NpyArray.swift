import Basics
import Weights

/// An array that numpy saved, in a `.npy` file or in an archive of them.
struct NpyArray: NumberArray {
  let name: String
  let shape: [Int]
  let elementCount: Int
  private let element: NpyElement
  /// Columns are contiguous instead of rows.
  private let isFortran: Bool
  private let file: MappedFile
  /// Bytes of the file before the first element; it may have any alignment.
  private let offset: Int

  /// The array in some bytes of a file; everything that its header claims is checked.
  init(name: String, file: MappedFile, range: Range<Int>) throws {
    func refusal(_ problem: String, _ remedy: String) -> CloudsError {
      let place = file.path.hasSuffix(".npz") ? "\(name.quoted) of \(file.path)" : file.path
      return CloudsError("cannot read the array \(place): \(problem); \(remedy)")
    }
    let header: NpyHeader
    do {
      header = try withExtendedLifetime(file) { () throws(NpyHeader.Refusal) in
        try NpyHeader(UnsafeRawBufferPointer(rebasing: file.bytes[range]))
      }
    } catch {
      throw refusal(error.problem, "save it again with numpy.save")
    }
    guard let element = NpyElement(header.description) else {
      throw refusal(
        "its elements are \(header.description.quoted), and whole and floating-point numbers are read",
        "save it with .astype('float32')")
    }
    var count = 1
    for extent in header.shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: extent)
      guard !overflows else { throw refusal("its shape \(header.shape) is impossible", "save it again") }
      count = product
    }
    let room = range.count - header.byteCount
    guard count <= room / element.byteCount else {
      throw refusal(
        "its shape \(header.shape) needs more than the \(room) bytes that are there", "it is cut short: save it again")
    }
    (self.name, shape, elementCount) = (name, header.shape, count)
    (self.element, isFortran) = (element, header.isFortran)
    (self.file, offset) = (file, range.lowerBound + header.byteCount)
  }

  func rows(_ range: Range<Int>) -> [Float] { values(range, 0..<columns) { row, column in (row, column) } }

  func columns(_ range: Range<Int>) -> [Float] { values(range, 0..<rows) { column, row in (row, column) } }

  /// The elements at the places that `place` makes of pairs of the two ranges, the last one fastest.
  private func values(_ outer: Range<Int>, _ inner: Range<Int>, _ place: (Int, Int) -> (row: Int, column: Int))
    -> [Float]
  {
    withExtendedLifetime(file) {
      guard let base = file.bytes.baseAddress else { return [] }
      var values: [Float] = []
      values.reserveCapacity(outer.count * inner.count)
      for first in outer {
        for second in inner {
          let (row, column) = place(first, second)
          let index = isFortran ? fortranIndex(row, column) : row * columns + column
          values.append(element.value(at: base + offset + index * element.byteCount))
        }
      }
      return values
    }
  }

  /// Where the element of a matrix lies whose first index is contiguous; further axes are taken as one, so that it
  /// holds for two.
  private func fortranIndex(_ row: Int, _ column: Int) -> Int {
    shape.count < 2 ? column : column * rows + row
  }
}

/// A `.npy` file, which holds one array without a name.
struct NpyFile: ArrayFile {
  let path: String
  private let only: NpyArray

  init(file: MappedFile) throws {
    path = file.path
    only = try NpyArray(name: "", file: file, range: 0..<file.byteCount)
  }

  var names: [String] { [only.name] }
  var metadata: [String: String] { [:] }

  func contains(_ name: String) -> Bool { name == only.name }

  func array(named name: String) throws -> any NumberArray {
    guard contains(name) else {
      throw CloudsError("cannot find \(name.quoted) in \(path): it holds one array without a name; leave --tensor out")
    }
    return only
  }
}
