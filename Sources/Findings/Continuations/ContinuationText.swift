/// A continuation: the input that it follows, and its tokens.
struct ContinuationText {
  let input: Int
  let tokens: ArraySlice<Int32>
}
