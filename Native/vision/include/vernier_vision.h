/// The boundary between Vernier and its `vision` plug-in: plain C, no exception crosses it.
///
/// The plug-in exports one function for callers, `vernier_vision`. The table that it returns starts with the ABI number,
/// which the caller compares with `VERNIER_VISION_ABI` before it reads any further member. Change the number with every
/// change here.
#ifndef VERNIER_VISION_H
#define VERNIER_VISION_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VERNIER_VISION_ABI 3

enum {
  VERNIER_KEYPOINTS_SIFT = 1,
  VERNIER_KEYPOINTS_SURF,
  VERNIER_KEYPOINTS_ORB,
  VERNIER_KEYPOINTS_AKAZE
};

enum {
  VERNIER_DENOISING_NON_LOCAL_MEANS = 1,
  VERNIER_DENOISING_BILATERAL
};

enum {
  VERNIER_VISION_OK = 0,
  VERNIER_VISION_FAILED
};

/// Keypoints of one image with their descriptors, owned by the plug-in until released.
typedef struct vernier_keypoints vernier_keypoints;

/// Two keypoints whose descriptors match, by their numbers in the two sets.
typedef struct {
  int32_t query;
  int32_t train;
} vernier_match;

typedef struct {
  /// One of the methods of denoising above.
  int32_t method;
  /// Of non-local means the h, of the bilateral filter the standard deviation of the weights of intensities; in intensity units.
  float strength;
  /// Of non-local means: the odd sides of the patches that are compared, and of the window in which they are searched.
  int32_t patch;
  int32_t search;
  /// Of the bilateral filter: the standard deviation of the weights of distances, in samples.
  float reach;
} vernier_denoising;

typedef struct {
  int32_t abi;
  /// The names and versions of the libraries behind the plug-in, such as "OpenCV 4.6.0, dlib 19.24.0".
  const char *library;

  /// Finds and describes the keypoints of a picture of 8 bits, x fastest, by one of the methods above.
  ///
  /// Where `mask` is given and 0, a sample is left out: its value has no influence, and no keypoint is nearer to it
  /// than its own diameter. Of more than `limit` keypoints the strongest stay. Gives the same bits each time, on
  /// whatever number of OpenCV's threads. On failure `keypoints` is null and `message` holds one line.
  int32_t (*detect)(int32_t method, const uint8_t *samples, const uint8_t *mask, int32_t width, int32_t height,
                    int32_t limit, vernier_keypoints **keypoints, char *message, size_t capacity);

  int32_t (*count)(const vernier_keypoints *keypoints);

  /// Copies the positions as x and y of each keypoint, in samples from the centre of the first.
  void (*copy_positions)(const vernier_keypoints *keypoints, double *positions);

  /// Matches the descriptors of two sets that one method made: each of `query` with the nearest of `train`, where that is nearer
  /// than `ratio` times the second nearest. Of several that take the same one, the nearest stays.
  ///
  /// `matches` has room for as many as `query` counts; they come in the order of `query`.
  int32_t (*match)(const vernier_keypoints *query, const vernier_keypoints *train, double ratio, vernier_match *matches,
                   int32_t *count, char *message, size_t capacity);

  void (*release)(vernier_keypoints *keypoints);

  /// Denoises a picture in place, x fastest. All samples are finite. Where `mask` is given and 0, a sample has no
  /// influence and stays as it is.
  int32_t (*denoise)(const vernier_denoising *denoising, float *samples, const uint8_t *mask, int32_t width,
                     int32_t height, char *message, size_t capacity);

  /// From now on OpenCV runs on the calling thread alone, prints nothing, and uses no GPU on threads that called a
  /// function of this table. For the whole process: call it before any thread uses OpenCV.
  void (*configure_process)(void);
} vernier_vision_table;

/// The plug-in's table; it lives as long as the plug-in.
const vernier_vision_table *vernier_vision(void);

#ifdef __cplusplus
}
#endif

#endif
