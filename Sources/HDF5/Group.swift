import CHDF5

/// An open group.
public struct Group: ~Copyable, Container {
  private let handle: Handle
  private let file: String
  private let path: String
  private let rank: Int?

  /// The file and the path of the group.
  public var place: Place { Place(identifier: handle.identifier, file: file, path: path, rank: rank) }

  init(_ identifier: hid_t, name: String, in parent: Place) {
    handle = Handle(identifier, isCollective: parent.isCollective)
    file = parent.file
    path = parent.path(of: name)
    rank = parent.rank
  }

  /// Closes the group.
  public consuming func close() throws {
    let attempt = "closing \(place.name)"
    try handle.close(attempt)
  }
}

/// What a member of a group is.
public enum MemberKind: Sendable {
  /// A group, a dataset, or anything else.
  case group, dataset, other
}

/// Something that holds groups and datasets by name: a file or a group.
public protocol Container: StoredObject, ~Copyable {}

extension Container where Self: ~Copyable {
  /// Creates a group that remembers the order in which its members are created.
  public func createGroup(_ name: String) throws -> Group {
    let attempt = "creating the group \(place.path(of: name)) in \(place.file)"
    let creation = try check(hdf5_group_creation_list(), attempt)
    defer { H5Pclose(creation) }
    try check(H5Pset_link_creation_order(creation, hdf5_tracked_and_indexed()), attempt)
    try check(H5Pset_attr_creation_order(creation, hdf5_tracked_and_indexed()), attempt)
    // As in files.
    try check(H5Pset_obj_track_times(creation, false), attempt)
    let list = hdf5_default_list()
    let identifier = try check(H5Gcreate2(place.identifier, name, list, creation, list), attempt)
    return Group(identifier, name: name, in: place)
  }

  /// Opens the group of this name, which may be a path below this container.
  public func openGroup(_ name: String) throws -> Group {
    let attempt = "opening the group \(place.path(of: name)) in \(place.file)"
    let identifier = try check(H5Gopen2(place.identifier, name, hdf5_default_list()), attempt)
    return Group(identifier, name: name, in: place)
  }

  /// What the member of this name is, nil when there is none.
  public func kind(ofMember name: String) throws -> MemberKind? {
    let attempt = "looking for \(place.path(of: name)) in \(place.file)"
    let list = hdf5_default_list()
    // HDF5 calls it an error if a group on the way is missing.
    let steps = name.split(separator: "/")
    for count in 1..<max(steps.count, 1) + 1 {
      let path = steps.prefix(count).joined(separator: "/")
      guard try check(H5Lexists(place.identifier, path, list), attempt) > 0 else { return nil }
    }
    let object = try check(H5Oopen(place.identifier, name, list), attempt)
    defer { H5Oclose(object) }
    switch H5Iget_type(object) {
    case H5I_GROUP: return .group
    case H5I_DATASET: return .dataset
    default: return .other
    }
  }

  /// The members' names, in the order of their creation where the file knows it, and in alphabetic order elsewhere; an
  /// error if one is no line of text, which none could show.
  public func memberNames() throws -> [String] {
    let attempt = "listing \(place.name)"
    var information = H5G_info_t()
    try check(H5Gget_info(place.identifier, &information), attempt)
    var names: [String] = []
    var order = H5_INDEX_CRT_ORDER
    while names.count < information.nlinks {
      let position = hsize_t(names.count)
      let list = hdf5_default_list()
      var length = H5Lget_name_by_idx(place.identifier, ".", order, H5_ITER_INC, position, nil, 0, list)
      if length < 0, names.isEmpty, order == H5_INDEX_CRT_ORDER {
        order = H5_INDEX_NAME
        length = H5Lget_name_by_idx(place.identifier, ".", order, H5_ITER_INC, position, nil, 0, list)
      }
      try check(length, attempt)
      var characters = [CChar](repeating: 0, count: length + 1)
      let status = H5Lget_name_by_idx(
        place.identifier, ".", order, H5_ITER_INC, position, &characters, length + 1, list)
      try check(status, attempt)
      let name = String(validating: characters.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard let name, !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
        throw HDF5Error(
          "\(attempt) failed: the name of member \(position) is no line of UTF-8, the file is damaged")
      }
      names.append(name)
    }
    return names
  }
}
