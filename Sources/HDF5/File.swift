import Basics
import CHDF5
import Foundation
import MessagePassing

/// An open HDF5 file.
///
/// HDF5 takes one thread at a time: neither a file nor anything in it may be used by two. On a file that was created
/// with a communicator, every function that creates, writes or closes something is collective: all ranks call it, in
/// the same order, with the same arguments but for the values and the place of a write.
public struct File: ~Copyable, Container {
  /// The path the file was opened with.
  public let path: String

  private let handle: Handle
  private let rank: Int?

  /// The file and the path of its root group.
  public var place: Place { Place(identifier: handle.identifier, file: path, path: "/", rank: rank) }

  private init(path: String, identifier: hid_t, rank: Int?) {
    self.path = path
    self.handle = Handle(identifier, isCollective: rank != nil)
    self.rank = rank
  }

  // MARK: Opening and closing

  /// Creates a file, in place of one that is there, in the format of HDF5 1.8, which netCDF and all of today's readers
  /// know.
  ///
  /// With a communicator the ranks write it together through MPI-IO, and the folder must be one that all of them see.
  /// Objects of at least 64 KiB begin at multiples of `alignment` bytes, which parallel file systems like to be a
  /// stripe.
  public static func create(_ path: String, communicator: Communicator?, alignment: Int? = nil) throws -> File {
    let attempt = "creating the HDF5 file \(path)"
    let creation = try newList(hdf5_file_creation_list(), attempt)
    defer { H5Pclose(creation) }
    try check(H5Pset_link_creation_order(creation, hdf5_tracked_and_indexed()), attempt)
    try check(H5Pset_attr_creation_order(creation, hdf5_tracked_and_indexed()), attempt)
    // So that the same content gives the same bytes at any time.
    try check(H5Pset_obj_track_times(creation, false), attempt)

    let access = try writingAccess(communicator, alignment, attempt)
    defer { H5Pclose(access) }
    let identifier = try check(H5Fcreate(path, hdf5_truncate(), creation, access), attempt)
    return File(path: path, identifier: identifier, rank: communicator?.rank)
  }

  /// Opens a file that `create` made, to go on writing it; what may be done with it is as there.
  public static func update(_ path: String, communicator: Communicator?) throws -> File {
    let attempt = "opening the HDF5 file \(path) to write"
    let access = try writingAccess(communicator, nil, attempt)
    defer { H5Pclose(access) }
    let identifier = try check(H5Fopen(path, hdf5_read_write(), access), attempt)
    return File(path: path, identifier: identifier, rank: communicator?.rank)
  }

  /// Opens a file to read it, by this process alone; several may do so at once.
  public static func open(_ path: String) throws -> File {
    let attempt = "opening \(path) as an HDF5 file to read"
    guard Foundation.access(path, R_OK) == 0 else {
      throw HDF5Error("cannot open \(path): \(SystemError.reason(errno)); check the name of the file")
    }
    let access = try newList(hdf5_file_access_list(), attempt)
    defer { H5Pclose(access) }
    try check(hdf5_leave_locks_out(access), attempt)
    guard H5Fis_hdf5(path) > 0 else {
      throw HDF5Error("cannot open \(path): it is no HDF5 file; check the name of the file")
    }
    do {
      return File(
        path: path, identifier: try check(H5Fopen(path, hdf5_read_only(), access), attempt), rank: nil)
    } catch {
      throw HDF5Error("\(error); the file is cut short or damaged: copy it again, or make it anew")
    }
  }

  /// Hands everything written so far to the file system, so that a killed process leaves a readable file.
  public func flush() throws {
    try check(H5Fflush(handle.identifier, H5F_SCOPE_GLOBAL), "flushing \(path)")
  }

  /// Closes the file, and first what was left open in it.
  ///
  /// Write errors may show only here: a file that was written and not closed without an error is not whole.
  public consuming func close() throws {
    let attempt = "closing \(path)"
    try closeObjects(attempt)
    try handle.close(attempt)
  }

  // MARK: Private

  /// A shared file refuses to be closed while an object is open, and a file of one process would stay open behind it.
  private borrowing func closeObjects(_ attempt: String) throws {
    let count = try check(H5Fget_obj_count(handle.identifier, hdf5_open_objects()), attempt)
    var identifiers = [hid_t](repeating: hdf5_no_identifier(), count: count)
    try check(H5Fget_obj_ids(handle.identifier, hdf5_open_objects(), count, &identifiers), attempt)
    for identifier in identifiers { try check(Handle.release(identifier), attempt) }
  }

  /// How a file is written: see `create`. Without locks: who may write is settled before a file is there to be locked.
  private static func writingAccess(
    _ communicator: Communicator?, _ alignment: Int?, _ attempt: String
  ) throws -> hid_t {
    let access = try newList(hdf5_file_access_list(), attempt)
    try check(hdf5_leave_locks_out(access), attempt)
    try check(H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18), attempt)
    if let alignment {
      precondition(alignment > 0, "an alignment is a positive number of bytes")
      try check(H5Pset_alignment(access, 65_536, hsize_t(alignment)), attempt)
    }
    if let communicator {
      var communicatorHandle = communicator.handle
      try check(hdf5_set_communicator(access, &communicatorHandle), attempt)
      try check(H5Pset_all_coll_metadata_ops(access, true), attempt)
      try check(H5Pset_coll_metadata_write(access, true), attempt)
    }
    return access
  }

  /// A property list that was just made; the first call into HDF5, which here stops printing errors itself.
  private static func newList(_ list: @autoclosure () -> hid_t, _ attempt: String) throws -> hid_t {
    H5Eset_auto2(0, nil, nil)
    return try check(list(), attempt)
  }
}
