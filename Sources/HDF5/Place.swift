import CHDF5

/// Where an open object is: its identifier, its names for messages, and how the file is shared.
public struct Place {
  let identifier: hid_t
  let file: String
  let path: String
  /// This process's rank among those that opened the file together, nil when it has the file for itself.
  let rank: Int?

  var isCollective: Bool { rank != nil }

  /// `path` in `file`, for messages.
  var name: String { "\(path) in \(file)" }

  func path(of member: String) -> String {
    path == "/" ? "/" + member : path + "/" + member
  }
}

/// Something in an HDF5 file that is open and can carry attributes.
public protocol StoredObject: ~Copyable {
  /// The file and the path of this object.
  var place: Place { get }
}

/// Owns one identifier of HDF5.
///
/// Forgotten handles of a file of one process are closed when they are destroyed. Those of a shared file are not,
/// because that would be a collective call at a moment that may differ between ranks: `File.close()` closes them.
struct Handle: ~Copyable {
  let identifier: hid_t
  private let isCollective: Bool

  init(_ identifier: hid_t, isCollective: Bool) {
    self.identifier = identifier
    self.isCollective = isCollective
  }

  deinit {
    if !isCollective { Handle.release(identifier) }
  }

  consuming func close(_ attempt: @autoclosure () -> String) throws {
    let status = Handle.release(identifier)
    discard self
    try check(status, attempt())
  }

  /// Closes an identifier of any kind.
  @discardableResult
  static func release(_ identifier: hid_t) -> herr_t {
    switch H5Iget_type(identifier) {
    case H5I_FILE: H5Fclose(identifier)
    case H5I_ATTR: H5Aclose(identifier)
    default: H5Oclose(identifier)
    }
  }
}
