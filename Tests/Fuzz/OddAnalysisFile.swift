import Archive
import CHDF5

/// Damages how a file of groups, an analysis or studies, is stored, as a script says.
struct OddAnalysisFile {
  private enum Damage: CaseIterable {
    case values, attribute, object, name, link, scale
  }

  private static let attributes = [
    "comment", "long_name", "units", "flag_values", "flag_meanings", "CLASS", "NAME", "DIMENSION_LIST",
    "REFERENCE_LIST", "format", "format_version", "locus_version", "created", "command_line", "source",
    "source_plan_sha256",
  ]

  private let groups: [(path: String, group: AnalysisGroup)]
  private let list = hdf5_default_list()
  private var objects: OddObjects

  /// Damages the file at `path`, which has these groups in sections of these names; the script goes on where this ends.
  static func damage(
    _ path: String, _ groups: [(section: String, group: AnalysisGroup)], _ script: inout Script
  ) {
    let count = script.next(below: 4)
    guard count > 0 else { return }
    let file = H5Fopen(path, 1, hdf5_default_list())  // H5F_ACC_RDWR
    precondition(file >= 0, "cannot open \(path)")
    var damaged = OddAnalysisFile(
      groups: groups.map { ("\($0.section)/\($0.group.name)", $0.group) },
      objects: OddObjects(file: file, script: script))
    for _ in 0..<count { damaged.damage() }
    precondition(H5Fclose(file) >= 0, "cannot close \(path)")
    script = damaged.objects.script
  }

  private mutating func damage() {
    let damage = objects.script.choose(Damage.self)
    let (path, group) = objects.script.choose(from: groups)
    let names = group.dimensions.map(\.name) + group.variables.map(\.name)
    guard !names.isEmpty else { return }
    let number = objects.script.next(below: names.count)
    let member = path + "/" + names[number]
    switch damage {
    case .values: objects.overwrite(member)
    case .attribute: replaceAttribute(path, member)
    case .object: replace(member, number: number, path, group)
    case .name: rename(path, member)
    case .link: link(path, member)
    case .scale: replaceScale(member, path, group)
    }
  }

  // MARK: Damages

  private mutating func replaceAttribute(_ path: String, _ member: String) {
    let section = path.prefix { $0 != "/" }
    let object = H5Oopen(objects.file, objects.script.choose(from: [member, path, String(section), "/"]), list)
    guard object >= 0 else { return }
    let name = objects.script.choose(from: OddAnalysisFile.attributes)
    H5Adelete(object, name)
    let type = objects.script.choose(from: [OddType.text, .int64, .uint8])
    objects.writeAttribute(name, type, objects.script.bytes(8), on: object)
    H5Oclose(object)
  }

  /// Something else is there, with attributes and scales as the sound one has them.
  private mutating func replace(_ member: String, number: Int, _ path: String, _ group: AnalysisGroup) {
    let dimensions = group.dimensions
    guard number >= dimensions.count else { return write(member, .int64, [dimensions[number].length]) }
    let variable = group.variables[number - dimensions.count]
    let axes = variable.dimensions
    let shape = axes.map { axis in dimensions.first { $0.name == axis }?.length ?? 0 }
    write(member, OddType(variable.values), shape)
    let dataset = H5Dopen2(objects.file, member, list)
    guard dataset >= 0 else { return }
    for name in ["long_name", "units"] { objects.writeText(name, "text", on: dataset) }
    for axis in axes.indices { attach("\(path)/\(axes[axis])", to: dataset, axis) }
    H5Dclose(dataset)
  }

  private mutating func write(_ member: String, _ type: OddType, _ shape: [Int]) {
    guard H5Ldelete(objects.file, member, list) >= 0 else { return }
    objects.write(OddColumn(name: member, type: type, shape: shape, value: objects.script.bytes(8)))
  }

  /// A member or a group under another name.
  private mutating func rename(_ path: String, _ member: String) {
    let old = objects.script.flag() ? path : member
    let parent = old.split(separator: "/").dropLast().joined(separator: "/")
    let count = objects.script.next(below: 8) + 1
    let characters = objects.script.bytes(count).map { CChar(bitPattern: max($0, 1)) }
    H5Lmove(
      objects.file, old, objects.file, parent.utf8.map { CChar(bitPattern: $0) } + [47] + characters + [0], list, list)
  }

  /// A member or a group that is another one.
  private mutating func link(_ path: String, _ member: String) {
    let place = objects.script.flag() ? path : member
    let other = objects.script.choose(from: groups)
    let target = objects.script.choose(
      from: [
        other.path, other.path + "/" + (other.group.variables.first?.name ?? ""), "/", "analysis", "geometry",
        "studies", "units",
      ])
    guard H5Ldelete(objects.file, place, list) >= 0 else { return }
    H5Lcreate_soft("/" + target, objects.file, place, list, list)
  }

  /// An axis is called by the scale of another.
  private mutating func replaceScale(_ member: String, _ path: String, _ group: AnalysisGroup) {
    let dataset = H5Dopen2(objects.file, member, list)
    guard dataset >= 0 else { return }
    let axis = objects.script.next(below: 3)
    for dimension in group.dimensions {
      let scale = H5Dopen2(objects.file, path + "/" + dimension.name, list)
      if scale >= 0 {
        H5DSdetach_scale(dataset, scale, UInt32(axis))
        H5Dclose(scale)
      }
    }
    let other = objects.script.choose(from: groups)
    if let dimension = other.group.dimensions.first { attach("\(other.path)/\(dimension.name)", to: dataset, axis) }
    H5Dclose(dataset)
  }

  private func attach(_ path: String, to dataset: hid_t, _ axis: Int) {
    let scale = H5Dopen2(objects.file, path, list)
    guard scale >= 0 else { return }
    H5DSattach_scale(dataset, scale, UInt32(axis))
    H5Dclose(scale)
  }
}

extension OddType {
  /// The type of values that a file holds.
  fileprivate init(_ values: AnalysisGroup.Values) {
    switch values {
    case .counts: self = .int64
    case .numbers: self = .float64
    case .matrices, .kinds, .truths, .bytes: self = .uint8
    case .texts: self = .text
    }
  }
}
