#ifndef LOCUS_CMPI_SHIM_H
#define LOCUS_CMPI_SHIM_H

// The C++ bindings are gone from MPI 3 and would only slow the import down.
#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/statvfs.h>

#if MPI_VERSION < 3
#error "MPI 3 or newer is needed: load another MPI module, or name it with LOCUS_MPI_PKG."
#endif

// Open MPI's handles are pointers, MPICH's are integers, and Swift imports the two differently. Wrapped in a structure
// and passed through functions, they look the same, and the Swift code builds with either.
typedef struct {
  MPI_Comm value;
} mpi_communicator;

typedef struct {
  MPI_Request value;
} mpi_request;

typedef struct {
  MPI_Win value;
} mpi_window;

typedef struct {
  int source;
  int tag;
  int count;
} mpi_envelope;

typedef enum { MPI_SHIM_BYTE, MPI_SHIM_INT64, MPI_SHIM_DOUBLE } mpi_element;
typedef enum { MPI_SHIM_SUM, MPI_SHIM_MAXIMUM, MPI_SHIM_MINIMUM } mpi_reduction;

static inline MPI_Datatype mpi_shim_type(mpi_element element) {
  switch (element) {
    case MPI_SHIM_INT64: return MPI_INT64_T;
    case MPI_SHIM_DOUBLE: return MPI_DOUBLE;
    default: return MPI_BYTE;
  }
}

static inline MPI_Op mpi_shim_operation(mpi_reduction reduction) {
  switch (reduction) {
    case MPI_SHIM_MAXIMUM: return MPI_MAX;
    case MPI_SHIM_MINIMUM: return MPI_MIN;
    default: return MPI_SUM;
  }
}

// Constants.

static inline int mpi_success(void) { return MPI_SUCCESS; }
static inline int mpi_any_source(void) { return MPI_ANY_SOURCE; }
static inline int mpi_undefined(void) { return MPI_UNDEFINED; }
static inline int mpi_max_error_string(void) { return MPI_MAX_ERROR_STRING; }
static inline int mpi_max_processor_name(void) { return MPI_MAX_PROCESSOR_NAME; }
static inline int mpi_max_library_version_string(void) { return MPI_MAX_LIBRARY_VERSION_STRING; }

static inline mpi_communicator mpi_world(void) {
  mpi_communicator world = {MPI_COMM_WORLD};
  return world;
}

// The session.

static inline int mpi_initialize_serialized(int *has_serialized) {
  int provided = MPI_THREAD_SINGLE;
  int status = MPI_Init_thread(0, 0, MPI_THREAD_SERIALIZED, &provided);
  *has_serialized = provided >= MPI_THREAD_SERIALIZED;
  return status;
}

static inline int mpi_is_initialized(void) {
  int flag = 0;
  MPI_Initialized(&flag);
  return flag;
}

static inline int mpi_is_finalized(void) {
  int flag = 0;
  MPI_Finalized(&flag);
  return flag;
}

static inline int mpi_has_serialized_threads(void) {
  int provided = MPI_THREAD_SINGLE;
  MPI_Query_thread(&provided);
  return provided >= MPI_THREAD_SERIALIZED;
}

static inline int mpi_return_errors(mpi_communicator communicator) {
  return MPI_Comm_set_errhandler(communicator.value, MPI_ERRORS_RETURN);
}

// Communicators.

static inline int mpi_rank(mpi_communicator communicator, int *rank) { return MPI_Comm_rank(communicator.value, rank); }

static inline int mpi_size(mpi_communicator communicator, int *size) { return MPI_Comm_size(communicator.value, size); }

static inline int mpi_barrier(mpi_communicator communicator) { return MPI_Barrier(communicator.value); }

static inline int mpi_split(mpi_communicator communicator, int color, int key, mpi_communicator *part) {
  return MPI_Comm_split(communicator.value, color, key, &part->value);
}

static inline int mpi_split_by_node(mpi_communicator communicator, int key, mpi_communicator *part) {
  return MPI_Comm_split_type(communicator.value, MPI_COMM_TYPE_SHARED, key, MPI_INFO_NULL, &part->value);
}

static inline int mpi_duplicate(mpi_communicator communicator, mpi_communicator *copy) {
  return MPI_Comm_dup(communicator.value, &copy->value);
}

static inline int mpi_free_communicator(mpi_communicator communicator) { return MPI_Comm_free(&communicator.value); }

static inline _Noreturn void mpi_abort(mpi_communicator communicator, int status) {
  MPI_Abort(communicator.value, status);
  // The standard lets a library come back from that; this process ends all the same.
  _Exit(status);
}

// Collectives.

static inline int mpi_broadcast(
    mpi_communicator communicator, void *buffer, int count, mpi_element element, int root) {
  return MPI_Bcast(buffer, count, mpi_shim_type(element), root, communicator.value);
}

static inline int mpi_gather_int64(mpi_communicator communicator, int64_t value, int64_t *values, int root) {
  return MPI_Gather(&value, 1, MPI_INT64_T, values, 1, MPI_INT64_T, root, communicator.value);
}

static inline int mpi_all_gather_int64(mpi_communicator communicator, int64_t value, int64_t *values) {
  return MPI_Allgather(&value, 1, MPI_INT64_T, values, 1, MPI_INT64_T, communicator.value);
}

static inline int mpi_all_gather_bytes(
    mpi_communicator communicator, const void *bytes, int count, void *all, const int *counts, const int *offsets) {
  return MPI_Allgatherv(bytes, count, MPI_BYTE, all, counts, offsets, MPI_BYTE, communicator.value);
}

static inline int mpi_exchange_bytes(
    mpi_communicator communicator, const void *sent, const int *sent_counts, const int *sent_offsets, void *received,
    const int *received_counts, const int *received_offsets) {
  return MPI_Alltoallv(
      sent, sent_counts, sent_offsets, MPI_BYTE, received, received_counts, received_offsets, MPI_BYTE,
      communicator.value);
}

static inline int mpi_all_reduce_in_place(
    mpi_communicator communicator, void *values, int count, mpi_element element, mpi_reduction reduction) {
  return MPI_Allreduce(
      MPI_IN_PLACE, values, count, mpi_shim_type(element), mpi_shim_operation(reduction), communicator.value);
}

// Messages.

static inline mpi_request mpi_no_request(void) {
  mpi_request request = {MPI_REQUEST_NULL};
  return request;
}

static inline mpi_envelope mpi_shim_envelope(MPI_Status *status, mpi_element element) {
  mpi_envelope envelope = {status->MPI_SOURCE, status->MPI_TAG, 0};
  MPI_Get_count(status, mpi_shim_type(element), &envelope.count);
  return envelope;
}

static inline int mpi_send(
    mpi_communicator communicator, const void *buffer, int count, mpi_element element, int rank, int tag) {
  return MPI_Send(buffer, count, mpi_shim_type(element), rank, tag, communicator.value);
}

static inline int mpi_receive(
    mpi_communicator communicator, void *buffer, int count, mpi_element element, int rank, int tag,
    mpi_envelope *envelope) {
  MPI_Status status;
  int result = MPI_Recv(buffer, count, mpi_shim_type(element), rank, tag, communicator.value, &status);
  if (result == MPI_SUCCESS) *envelope = mpi_shim_envelope(&status, element);
  return result;
}

static inline int mpi_start_receive(
    mpi_communicator communicator, void *buffer, int count, mpi_element element, int rank, int tag,
    mpi_request *request) {
  return MPI_Irecv(buffer, count, mpi_shim_type(element), rank, tag, communicator.value, &request->value);
}

static inline int mpi_test(mpi_request *request, mpi_element element, int *is_complete, mpi_envelope *envelope) {
  MPI_Status status;
  int result = MPI_Test(&request->value, is_complete, &status);
  if (result == MPI_SUCCESS && *is_complete) *envelope = mpi_shim_envelope(&status, element);
  return result;
}

static inline int mpi_wait(mpi_request *request, mpi_element element, mpi_envelope *envelope) {
  MPI_Status status;
  int result = MPI_Wait(&request->value, &status);
  if (result == MPI_SUCCESS) *envelope = mpi_shim_envelope(&status, element);
  return result;
}

// Withdraws a receive; a local operation, and nothing at all after MPI_Finalize.
static inline void mpi_cancel_receive(mpi_request *request) {
  if (mpi_is_finalized() || request->value == MPI_REQUEST_NULL) return;
  MPI_Cancel(&request->value);
  MPI_Wait(&request->value, MPI_STATUS_IGNORE);
}

static inline int mpi_probe(
    mpi_communicator communicator, int rank, int tag, mpi_element element, int *is_there, mpi_envelope *envelope) {
  MPI_Status status;
  int result = MPI_Iprobe(rank, tag, communicator.value, is_there, &status);
  if (result == MPI_SUCCESS && *is_there) *envelope = mpi_shim_envelope(&status, element);
  return result;
}

// Memory that the ranks of a node share.

// Bytes free where MPI libraries usually put such memory, -1 where that is not known.
static inline int64_t mpi_shim_shared_space(void) {
  struct statvfs space;
  if (statvfs("/dev/shm", &space) != 0) return -1;
  return (int64_t)space.f_bavail * (int64_t)space.f_frsize;
}

// All of it is rank 0's part; `base` is where this process sees it. MPI_Win_sync wants an epoch, which lasts until the
// end.
static inline int mpi_allocate_shared(
    mpi_communicator communicator, int64_t byte_count, mpi_window *window, void **base) {
  int rank = 0;
  int status = MPI_Comm_rank(communicator.value, &rank);
  void *own = 0;
  if (status == MPI_SUCCESS) {
    status = MPI_Win_allocate_shared(
        rank == 0 ? (MPI_Aint)byte_count : 0, 1, MPI_INFO_NULL, communicator.value, &own, &window->value);
  }
  if (status == MPI_SUCCESS) status = MPI_Win_set_errhandler(window->value, MPI_ERRORS_RETURN);
  MPI_Aint size = 0;
  int unit = 0;
  if (status == MPI_SUCCESS) status = MPI_Win_shared_query(window->value, 0, &size, &unit, base);
  if (status == MPI_SUCCESS) status = MPI_Win_lock_all(MPI_MODE_NOCHECK, window->value);
  return status;
}

// What any rank has written before is seen by all after.
static inline int mpi_synchronize(mpi_communicator communicator, mpi_window window) {
  int status = MPI_Win_sync(window.value);
  if (status == MPI_SUCCESS) status = MPI_Barrier(communicator.value);
  return status == MPI_SUCCESS ? MPI_Win_sync(window.value) : status;
}

static inline int mpi_free_window(mpi_window window) {
  int status = MPI_Win_unlock_all(window.value);
  return status == MPI_SUCCESS ? MPI_Win_free(&window.value) : status;
}

#endif
