#include <cstddef>
#include <cstdio>

extern "C" {
#include <gdcmjpeg/8/jpeglib.h>
}

#define VERNIER_JPEG_DECODER decodeJPEG8
#include "jpeg_decoder.h"
