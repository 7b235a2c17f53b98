import CBLAS

extension MutableMatrixView {
  /// self `[rows, out]` = input `[rows, in]` · weights `[out, in]`ᵀ, or added to self where `adding`.
  ///
  /// 2 · rows · out · in floating-point operations in one BLAS call. BLAS may sum in another order for another shape.
  public func assignProduct(of input: MatrixView, withTransposeOf weights: MatrixView, adding: Bool = false) {
    precondition(input.rows == rows, "product: input has \(input.rows) rows, output \(rows)")
    precondition(
      input.columns == weights.columns, "product: input \(input.columns), weights \(weights.columns) columns")
    precondition(weights.rows == columns, "product: weights have \(weights.rows) rows, output \(columns) columns")
    guard rows > 0, columns > 0, input.columns > 0 else { return }
    let beta: Float = adding ? 1 : 0
    if rows == 1 {
      // One row by sgemm runs at a tenth of the memory's speed; sgemv at all of it.
      cblas_sgemv(
        CblasRowMajor, CblasNoTrans, blasint(weights.rows), blasint(weights.columns), 1, weights.base,
        blasint(weights.stride), input.base, 1, beta, base, 1)
    } else {
      cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, blasint(rows), blasint(columns), blasint(input.columns), 1,
        input.base, blasint(input.stride), weights.base, blasint(weights.stride), beta, base, blasint(stride))
    }
  }
}

/// The BLAS library that is linked.
public enum BLAS {
  /// Threads that later products use. One wherever results are compared bit for bit.
  public static func useThreads(_ count: Int) { openblas_set_num_threads(Int32(max(1, count))) }

  /// The processor core that OpenBLAS chose its kernels for, such as `SkylakeX` or `Haswell`.
  public static var coreName: String { String(cString: openblas_get_corename()) }

  /// Name, version and build options, as the library tells them.
  public static var description: String { String(cString: openblas_get_config()) }
}
