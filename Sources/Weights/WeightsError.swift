import Basics

/// The mark of what readers of weight files refuse.
public enum WeightsOrigin {}

/// What was wrong with a weight file, in one sentence for the person who named it.
public typealias WeightsError = Refusal<WeightsOrigin>

/// Throws the sentence unless the condition holds; the sentence is only made when it is needed.
func check(_ condition: Bool, _ message: @autoclosure () -> String) throws {
  guard condition else { throw WeightsError(message()) }
}

/// The product of `factors`, or nil when one is negative or the product of the others than zero does not fit.
func checkedProduct(_ factors: [Int]) -> Int? {
  // Zeros are left out of the test, so that every partial product of an accepted shape fits too.
  var product = 1
  for factor in factors where factor != 0 {
    let (next, overflow) = product.multipliedReportingOverflow(by: factor)
    guard factor > 0, !overflow else { return nil }
    product = next
  }
  return factors.contains(0) ? 0 : product
}
