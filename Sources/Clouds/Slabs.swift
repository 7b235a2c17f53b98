/// Ranges of rows that are read one after the other, a few megabytes each.
func slabs(of rows: Int, width: Int) -> some Sequence<Range<Int>> {
  let height = max(1, (1 << 20) / max(width, 1))
  return stride(from: 0, to: rows, by: height).lazy.map { $0..<min($0 + height, rows) }
}
