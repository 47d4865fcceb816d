/// libtiff without JBIG-KIT, which is under the GPL: its codec for JBIG is never linked in, because this stands in its place.
#include <stdio.h>

struct tiff;

__attribute__((visibility("hidden"))) int TIFFInitJBIG(struct tiff *file, int scheme) {
  (void)file;
  (void)scheme;
  return 0;
}
