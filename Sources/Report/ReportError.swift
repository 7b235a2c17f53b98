import Basics

/// The mark of what the report refuses.
public enum ReportOrigin {}

/// A report that cannot be made of a file, or not be written where it should be, in one sentence.
public typealias ReportError = Refusal<ReportOrigin>
