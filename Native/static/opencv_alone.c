/// OpenCV's core without LAPACK and OpenGL, which Debian's build could ask for. OpenCV solves systems by itself where LAPACK says
/// that it cannot, and draws nothing here. Matrices are multiplied plainly; no keypoint and no denoiser needs large ones.
#include <stddef.h>

// Every routine's last argument is a pointer to its status; negative says that nothing was done.
#define refuse(name, ...) \
  __attribute__((visibility("hidden"))) void name(__VA_ARGS__, int *status) { *status = -1; }
#define args_4 void *a, void *b, void *c, void *d
#define args_5 args_4, void *e
#define args_7 args_5, void *f, void *g
#define args_10 args_7, void *h, void *i, void *j
#define args_13 args_10, void *k, void *l, void *m

#pragma GCC diagnostic ignored "-Wunused-parameter"
refuse(spotrf_, args_4)
refuse(dpotrf_, args_4)
refuse(sposv_, args_7)
refuse(dposv_, args_7)
refuse(sgetrf_, args_5)
refuse(dgetrf_, args_5)
refuse(sgesv_, args_7)
refuse(dgesv_, args_7)
refuse(sgeqrf_, args_7)
refuse(dgeqrf_, args_7)
refuse(sgels_, args_10)
refuse(dgels_, args_10)
refuse(sgesdd_, args_13)
refuse(dgesdd_, args_13)

// Products of large matrices, which cannot be refused: C = alpha · A · B + beta · C, row by row, either factor transposed or not.
#define hidden __attribute__((visibility("hidden")))
#define product(name, number, factor, value)                                                                           \
  hidden void name(                                                                                                    \
    int order, int transpose_a, int transpose_b, int m, int n, int k, factor alpha, const void *a, int lda, const void *b, \
    int ldb, factor beta, void *c, int ldc) {                                                                          \
    const number *left = a, *right = b;                                                                                \
    for (long row = 0; row < m; ++row) {                                                                               \
      for (long column = 0; column < n; ++column) {                                                                    \
        number sum = 0;                                                                                                \
        for (long inner = 0; inner < k; ++inner) {                                                                     \
          sum += left[transpose_a == untransposed ? row * lda + inner : inner * lda + row] *                           \
            right[transpose_b == untransposed ? inner * ldb + column : column * ldb + inner];                          \
        }                                                                                                              \
        number *place = (number *)c + row * ldc + column;                                                              \
        *place = value(number, alpha) * sum + (value(number, beta) == 0 ? 0 : value(number, beta) * *place);           \
      }                                                                                                                \
    }                                                                                                                  \
  }
#define itself(number, factor) (factor)
#define pointed(number, factor) (*(const number *)(factor))
enum { untransposed = 111 };
product(cblas_sgemm, float, float, itself)
product(cblas_dgemm, double, double, itself)
product(cblas_cgemm, float _Complex, const void *, pointed)
product(cblas_zgemm, double _Complex, const void *, pointed)

hidden void *glXGetCurrentContext(void) { return NULL; }
hidden void *glXGetCurrentDisplay(void) { return NULL; }
hidden void *glXGetProcAddressARB(const unsigned char *name) {
  (void)name;
  return NULL;
}
