// zlib for Swift: the packing of HDF5's chunks, and checksums.
#pragma once
#include <zlib.h>
