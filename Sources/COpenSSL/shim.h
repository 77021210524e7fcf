// OpenSSL's message digests for Swift: SHA-256 of the files of a run.
#pragma once
#include <openssl/evp.h>
