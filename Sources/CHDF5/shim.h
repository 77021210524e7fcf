// HDF5 for Swift. HDF5's type and property-list names are C macros that call H5open(), which Swift
// cannot import; each gets an inline accessor.
#pragma once
#include <hdf5.h>

#define CH5_ID(name) static inline hid_t ch5_##name(void) { return name; }
CH5_ID(H5T_NATIVE_INT64)
CH5_ID(H5T_STD_I64LE)
