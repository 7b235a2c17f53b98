#ifndef LOCUS_CHDF5_SHIM_H
#define LOCUS_CHDF5_SHIM_H

#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include <hdf5.h>
#include <hdf5_hl.h>
#include <stdlib.h>

#ifndef H5_HAVE_PARALLEL
#error "This HDF5 was built without MPI: load a parallel build, or name it with LOCUS_HDF5_PKG."
#endif

// Types in the file. Stored little-endian, which is the memory's order on every machine this runs on: a conversion
// would make collective compressed writes impossible.
static inline hid_t hdf5_float32(void) { return H5T_IEEE_F32LE; }
static inline hid_t hdf5_float64(void) { return H5T_IEEE_F64LE; }
static inline hid_t hdf5_int16(void) { return H5T_STD_I16LE; }
static inline hid_t hdf5_int32(void) { return H5T_STD_I32LE; }
static inline hid_t hdf5_int64(void) { return H5T_STD_I64LE; }
static inline hid_t hdf5_uint8(void) { return H5T_STD_U8LE; }
static inline hid_t hdf5_c_string(void) { return H5T_C_S1; }
static inline size_t hdf5_variable_length(void) { return H5T_VARIABLE; }
static inline hid_t hdf5_object_reference(void) { return H5T_STD_REF_OBJ; }

static inline hid_t hdf5_no_identifier(void) { return H5I_INVALID_HID; }
static inline hid_t hdf5_default_list(void) { return H5P_DEFAULT; }
static inline hid_t hdf5_file_creation_list(void) { return H5Pcreate(H5P_FILE_CREATE); }
static inline hid_t hdf5_file_access_list(void) { return H5Pcreate(H5P_FILE_ACCESS); }
static inline hid_t hdf5_group_creation_list(void) { return H5Pcreate(H5P_GROUP_CREATE); }
static inline hid_t hdf5_dataset_creation_list(void) { return H5Pcreate(H5P_DATASET_CREATE); }
static inline hid_t hdf5_transfer_list(void) { return H5Pcreate(H5P_DATASET_XFER); }

static inline unsigned hdf5_truncate(void) { return H5F_ACC_TRUNC; }
static inline unsigned hdf5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned hdf5_read_write(void) { return H5F_ACC_RDWR; }
static inline unsigned hdf5_tracked_and_indexed(void) { return H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED; }
static inline unsigned hdf5_open_objects(void) {
  return H5F_OBJ_DATASET | H5F_OBJ_GROUP | H5F_OBJ_DATATYPE | H5F_OBJ_ATTR;
}

static inline hid_t hdf5_scalar_space(void) { return H5Screate(H5S_SCALAR); }
static inline unsigned hdf5_maximum_rank(void) { return H5S_MAX_RANK; }

// `communicator` points to an MPI_Comm, or to a structure of nothing else; untyped, so that this module need not know
// it.
static inline herr_t hdf5_set_communicator(hid_t list, const void *communicator) {
  return H5Pset_fapl_mpio(list, *(const MPI_Comm *)communicator, MPI_INFO_NULL);
}

// Parallel file systems are often mounted without locks, which HDF5 takes for an error. None is needed: what is read is
// whole before it gets its name, and what is written has a name of its own until then. HDF5_USE_FILE_LOCKING, where a
// person has set it, goes before this.
static inline herr_t hdf5_leave_locks_out(hid_t list) {
#if H5_VERSION_GE(1, 12, 1) || (H5_VERSION_GE(1, 10, 7) && !H5_VERSION_GE(1, 12, 0))
  return H5Pset_file_locking(list, 0, 1);
#else
  (void)list;
  return setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0);
#endif
}

// Memory for texts of variable length: `left` bytes at most, because a damaged file can name one text any number of
// times.
struct hdf5_budget {
  size_t left;
};

static inline void *hdf5_budget_allocate(size_t size, void *budget) {
  struct hdf5_budget *own = (struct hdf5_budget *)budget;
  if (size > own->left) return NULL;
  own->left -= size;
  return malloc(size);
}

static inline void hdf5_budget_free(void *memory, void *budget) {
  (void)budget;
  free(memory);
}

static inline herr_t hdf5_use_budget(hid_t list, struct hdf5_budget *budget) {
  return H5Pset_vlen_mem_manager(list, hdf5_budget_allocate, budget, hdf5_budget_free, budget);
}

#endif
