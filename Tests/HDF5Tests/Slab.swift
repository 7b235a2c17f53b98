import MessagePassing

/// The rows that a rank writes when `count` rows are shared out evenly.
func slab(of count: Int, _ world: Communicator) -> Range<Int> {
  count * world.rank / world.size..<count * (world.rank + 1) / world.size
}
