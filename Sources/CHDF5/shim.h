// HDF5 for Swift. HDF5's type and property-list names are C macros that call H5open(), which Swift
// cannot import; each gets an inline accessor ch5_<name>().
//
// The library is linked as an archive, and without its pkg-config file, which names the shared one: Debian's shared library
// brings forty others (it can read from Amazon's S3), and loading those takes a third of the program's start.
#pragma once
#include <hdf5/serial/hdf5.h>

#define CH5_ID(name) static inline hid_t ch5_##name(void) { return name; }

// Types in memory
CH5_ID(H5T_NATIVE_INT8)
CH5_ID(H5T_NATIVE_UINT8)
CH5_ID(H5T_NATIVE_INT16)
CH5_ID(H5T_NATIVE_UINT16)
CH5_ID(H5T_NATIVE_INT32)
CH5_ID(H5T_NATIVE_UINT32)
CH5_ID(H5T_NATIVE_INT64)
CH5_ID(H5T_NATIVE_DOUBLE)

// Types in the file: little endian on every machine
CH5_ID(H5T_STD_U8LE)
CH5_ID(H5T_STD_I16LE)
CH5_ID(H5T_STD_U16LE)
CH5_ID(H5T_STD_I32LE)
CH5_ID(H5T_STD_I64LE)
CH5_ID(H5T_IEEE_F64LE)
CH5_ID(H5T_C_S1)

// Classes of property lists
CH5_ID(H5P_DATASET_CREATE)
CH5_ID(H5P_GROUP_CREATE)
CH5_ID(H5P_FILE_CREATE)
CH5_ID(H5P_FILE_ACCESS)

static inline unsigned ch5_ACC_TRUNC(void) { return H5F_ACC_TRUNC; }
static inline unsigned ch5_ACC_RDONLY(void) { return H5F_ACC_RDONLY; }
static inline hsize_t ch5_UNLIMITED(void) { return H5S_UNLIMITED; }
