import Foundation

/// What Slurm says of the allocation that this process runs in.
struct SlurmAllocation {
  private let job: String
  private let endTime: String?

  /// Nil outside of a job.
  init?(variables: [String: String] = ProcessInfo.processInfo.environment) {
    // The plain id of an array's last task is the id of the whole array.
    let names = ["SLURM_ARRAY_JOB_ID", "SLURM_ARRAY_TASK_ID"].compactMap { variables[$0] }
    let job = names.count == 2 ? names.joined(separator: "_") : variables["SLURM_JOB_ID"] ?? ""
    guard !job.isEmpty, job.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "_") }) else { return nil }
    self.job = job
    endTime = variables["SLURM_JOB_END_TIME"]
  }

  /// Seconds until the allocation ends; nil where Slurm does not say or sets no limit.
  func secondsLeft() -> Double? {
    if let end = endTime.flatMap(Double.init) { return max(end - Date.now.timeIntervalSince1970, 0) }
    // Older versions do not export the end. An answer that does not come is no reason to wait.
    guard let pipe = popen("timeout 10 squeue -h -j \(job) -o %L 2> /dev/null", "r") else { return nil }
    defer { pclose(pipe) }
    var line = [CChar](repeating: 0, count: 64)
    guard fgets(&line, Int32(line.count), pipe) != nil else { return nil }
    let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return TimeSpan(argument: text.trimmingCharacters(in: .whitespacesAndNewlines))?.seconds
  }
}
