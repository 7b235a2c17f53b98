import Basics

/// The mark of what this module refuses.
public enum HostsOrigin {}

/// What a model folder or the header of a model file says that no family here computes, in one sentence.
public typealias HostsError = Refusal<HostsOrigin>
