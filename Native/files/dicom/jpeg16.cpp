#include <cstddef>
#include <cstdio>

extern "C" {
#include <gdcmjpeg/16/jpeglib.h>
}

#define VERNIER_JPEG_DECODER decodeJPEG16
#include "jpeg_decoder.h"
