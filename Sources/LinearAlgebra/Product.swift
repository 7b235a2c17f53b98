import Basics
import CKernels
import Dispatch

/// The memory that products work in, and the threads that share their rows: a megabyte a thread.
public final class ProductWorkspace {
  private let scratches: [Matrix]
  /// Processor seconds that products have taken; nil: nobody asks.
  public var seconds: Double?

  /// Results do not depend on the number of threads.
  public init(threads: Int = 1) {
    scratches = (0..<max(1, threads)).map { _ in Matrix(rows: 1, columns: locus_product_scratch_count()) }
  }

  /// Threads that share a product's rows.
  public var threads: Int { scratches.count }

  /// Bytes of a workspace.
  public static func bytes(threads: Int) -> Int {
    max(1, threads) * locus_product_scratch_count() * MemoryLayout<Float>.stride
  }

  fileprivate func run(_ arguments: locus_product_arguments) {
    ProcessorTime.add(to: &seconds) { share(arguments) }
  }

  private func share(_ arguments: locus_product_arguments) {
    // A part is worth a thread if packing the weights, which every part does, is little beside it.
    let parts = min(scratches.count, max(1, arguments.rows / 96))
    guard parts > 1 else { return run(arguments, rows: 0..<arguments.rows, scratch: scratches[0]) }
    let tiles = (arguments.rows + LOCUS_PRODUCT_ROWS - 1) / LOCUS_PRODUCT_ROWS
    // Every part writes rows and a scratch of its own.
    nonisolated(unsafe) let (workspace, arguments) = (self, arguments)
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      let bound = { (part: Int) in min(tiles * part / parts * LOCUS_PRODUCT_ROWS, arguments.rows) }
      workspace.run(arguments, rows: bound(part)..<bound(part + 1), scratch: workspace.scratches[part])
    }
  }

  private func run(_ arguments: locus_product_arguments, rows: Range<Int>, scratch: Matrix) {
    var part = arguments
    part.input += rows.lowerBound * (arguments.input_transposed ? 1 : arguments.input_stride)
    part.output += rows.lowerBound * arguments.output_stride
    part.rows = rows.count
    locus_product(&part, scratch.view.base)
  }
}

extension MutableMatrixView {
  /// self `[rows, out]` = input `[rows, in]` · weights `[out, in]`ᵀ + bias `[out]`, or added to self where `adding`.
  ///
  /// 2 · rows · out · in floating-point operations. An element depends on its own row and column alone: not on how many
  /// others are computed with it, in one call or in several, nor on whether the weights are a transposed view.
  public func assignProduct(
    of input: MatrixView, withTransposeOf weights: WeightView, bias: [Float]? = nil, adding: Bool = false,
    in workspace: ProductWorkspace
  ) {
    precondition(input.rows == rows, "product: input has \(input.rows) rows, output \(rows)")
    precondition(
      input.columns == weights.columns, "product: input \(input.columns), weights \(weights.columns) columns")
    precondition(weights.rows == columns, "product: weights have \(weights.rows) rows, output \(columns) columns")
    precondition(bias.map { $0.count == columns } ?? true, "product: a bias for each column")
    guard rows > 0, columns > 0, input.columns > 0 else { return }
    var arguments = locus_product_arguments(
      input: input.base, input_stride: input.stride, weight: weights.base, weight_stride: weights.stride,
      weight_skip: weights.skipped, format: weights.format.code, bias: nil, output: base, output_stride: stride,
      rows: rows, columns: columns,
      depth: input.columns, adding: adding, input_transposed: false, weight_transposed: weights.isTransposed)
    guard let bias else { return workspace.run(arguments) }
    bias.withUnsafeBufferPointer {
      arguments.bias = $0.baseAddress
      workspace.run(arguments)
    }
  }

  /// self `[out, in]` += Σ over rows of the outer product of a row of `left`, `[rows, out]`, and one of `right`,
  /// `[rows, in]`: leftᵀ · right.
  ///
  /// 2 · rows · out · in floating-point operations. Rows are summed in their order, in chains of
  /// `LOCUS_PRODUCT_DEPTH`, on any number of threads.
  public func addOuterProducts(of left: MatrixView, with right: MatrixView, in workspace: ProductWorkspace) {
    precondition(left.rows == right.rows, "outer products: \(left.rows) and \(right.rows) rows")
    precondition(rows == left.columns && columns == right.columns, "outer products: self [out, in]")
    guard rows > 0, columns > 0, left.rows > 0 else { return }
    workspace.run(
      locus_product_arguments(
        input: left.base, input_stride: left.stride, weight: right.base, weight_stride: right.stride,
        weight_skip: 0, format: LOCUS_FLOAT32, bias: nil, output: base, output_stride: stride, rows: rows,
        columns: columns,
        depth: left.rows, adding: true, input_transposed: true, weight_transposed: true))
  }
}
