import CBLAS

/// The BLAS library that is linked.
public enum BLAS {
  /// Threads that later calls use.
  public static func useThreads(_ count: Int) { openblas_set_num_threads(Int32(max(1, count))) }

  /// The processor core that OpenBLAS chose its kernels for, such as `SkylakeX` or `Haswell`.
  public static var coreName: String { String(cString: openblas_get_corename()) }

  /// Name, version and build options, as the library reports them.
  public static var description: String { String(cString: openblas_get_config()) }

  /// output `[rows, out]` = input `[rows, in]` · weights `[out, in]`ᵀ in one call. The last bits of an element may
  /// depend on the shape of the call and on the number of threads.
  public static func assignProduct(
    of input: MatrixView, withTransposeOf weights: MatrixView, to output: MutableMatrixView
  ) {
    precondition(
      input.rows == output.rows && input.columns == weights.columns && weights.rows == output.columns,
      "input [rows, in], weights [out, in], output [rows, out]")
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, blasint(output.rows), blasint(output.columns), blasint(input.columns),
      1, input.base, blasint(input.stride), weights.base, blasint(weights.stride), 0, output.base,
      blasint(output.stride))
  }
}
