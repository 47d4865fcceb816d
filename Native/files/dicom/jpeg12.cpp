#include <cstddef>
#include <cstdio>

extern "C" {
#include <gdcmjpeg/12/jpeglib.h>
}

#define VERNIER_JPEG_DECODER decodeJPEG12
#include "jpeg_decoder.h"
