#ifndef CODE_PATH_H
#define CODE_PATH_H

/// The path of the binary (program, library or test bundle) that this function is linked into; null where unknown.
/// The corresponding C function is `dladdr`, which Swift's Glibc module does not have.
const char *code_path(void);

#endif
