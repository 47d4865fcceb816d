/// libjpeg's codecs, whose errors are thrown and which close themselves.
#pragma once

#include "../files.h"

#include <cstdio>
#include <jpeglib.h>

namespace vernier {

class JPEGErrors {
public:
  jpeg_error_mgr *forReading();
  jpeg_error_mgr *forWriting();

private:
  jpeg_error_mgr errors;
};

class JPEGDecoder {
public:
  JPEGDecoder() {
    codec.err = errors.forReading();
    jpeg_create_decompress(&codec);
  }
  ~JPEGDecoder() { jpeg_destroy_decompress(&codec); }
  JPEGDecoder(const JPEGDecoder &) = delete;
  JPEGDecoder &operator=(const JPEGDecoder &) = delete;

  jpeg_decompress_struct codec = {};

private:
  JPEGErrors errors;
};

class JPEGEncoder {
public:
  JPEGEncoder() {
    codec.err = errors.forWriting();
    jpeg_create_compress(&codec);
  }
  ~JPEGEncoder() { jpeg_destroy_compress(&codec); }
  JPEGEncoder(const JPEGEncoder &) = delete;
  JPEGEncoder &operator=(const JPEGEncoder &) = delete;

  /// Once the destination is set: starts a picture of one grey channel or three colours.
  void begin(int64_t width, int64_t height, int channels, int quality);

  jpeg_compress_struct codec = {};

private:
  JPEGErrors errors;
};

}  // namespace vernier
