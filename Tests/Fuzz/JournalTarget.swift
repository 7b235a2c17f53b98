import Foundation
import Runs

extension FuzzTarget {
  /// A rank's file of a journal, which a crash or a disk may have damaged; then the same bytes as the other files
  /// there.
  static func journal(_ bytes: UnsafeRawBufferPointer) throws {
    let path = ScratchFolder.write(bytes, "0001-00000.units")
    for isChecked in [true, false] {
      let file = try JournalFile(path: path, checkingSums: isChecked) { unit, byteCount in byteCount % 7 == unit % 7 }
      var end = file.entries.first?.offset ?? 0
      for entry in file.entries {
        precondition(entry.offset == end, "records follow one another")
        let record = try? JournalFile.record(path: path, offset: entry.offset, byteCount: entry.byteCount)
        precondition(record?.unit == entry.unit || !isChecked, "what was checked can be read")
        end = entry.offset + 40 + entry.byteCount
      }
      precondition(end <= bytes.count && file.droppedByteCount <= bytes.count, "within the file")
    }
    let folder = JournalFolder(output: ScratchFolder.write(bytes, "journal.h5"))
    try folder.create()
    for name in ["plan.json", "0003.start", "status.json", "lock"] {
      try Data(bytes).write(to: URL(fileURLWithPath: folder.path + "/" + name))
    }
    _ = try folder.starts()
    _ = OutputLock.isHeld(folder.lockPath)
    if let plan = try folder.plan() { _ = plan.difference(from: plan) }
  }
}
