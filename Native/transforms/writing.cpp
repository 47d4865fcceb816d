#include "hdf5.h"

namespace vernier {
namespace {

void write(hid_t place, const char *name, const std::string &text) {
  const hsize_t one = 1;
  const Handle space(H5Screate_simple(1, &one, nullptr), H5Sclose), type(H5Tcopy(H5T_C_S1), H5Tclose);
  // ITK reads strings of variable length alone.
  checked(H5Tset_size(type, H5T_VARIABLE));
  const Handle set(H5Dcreate2(place, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Dclose);
  const char *characters = text.c_str();
  checked(H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &characters));
}

void write(hid_t place, const char *name, const double *numbers, int64_t count) {
  const hsize_t size = static_cast<hsize_t>(count);
  const Handle space(H5Screate_simple(1, &size, nullptr), H5Sclose);
  const Handle set(
    H5Dcreate2(place, name, H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Dclose);
  if (count > 0) checked(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers));
}

}  // namespace

void writeTransforms(const char *path, const vernier_transform *items, int64_t count) {
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  checked(H5Pset_file_locking(access, false, true));
  const Handle file(H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access), H5Fclose);
  const Handle group(H5Gcreate2(file, "TransformGroup", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose);
  for (int64_t index = 0; index < count; ++index) {
    const vernier_transform &item = items[index];
    const Handle place(
      H5Gcreate2(group, std::to_string(index).c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose);
    write(place, "TransformType", item.type);
    if (item.parameters) write(place, "TransformParameters", item.parameters, item.parameter_count);
    if (item.fixed) write(place, "TransformFixedParameters", item.fixed, item.fixed_count);
  }
  checked(H5Fflush(file, H5F_SCOPE_LOCAL));
}

}  // namespace vernier
