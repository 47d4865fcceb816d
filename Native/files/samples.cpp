#include "files.h"

#include <cstdlib>
#include <new>

namespace vernier {

Bytes allocate(size_t count) {
  void *bytes = std::malloc(count);
  if (!bytes) throw std::bad_alloc();
  return Bytes(static_cast<char *>(bytes));
}

size_t sampleSize(int32_t sampleType) {
  switch (sampleType) {
    case VERNIER_SAMPLE_UINT8:
    case VERNIER_SAMPLE_INT8: return 1;
    case VERNIER_SAMPLE_UINT16:
    case VERNIER_SAMPLE_INT16: return 2;
    case VERNIER_SAMPLE_UINT32:
    case VERNIER_SAMPLE_INT32:
    case VERNIER_SAMPLE_FLOAT32: return 4;
    default: return 8;
  }
}

}  // namespace vernier
