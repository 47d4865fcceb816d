#include "hdf5.h"

#include <cstdio>
#include <cstring>
#include <memory>

namespace vernier {
namespace {

[[noreturn]] void refuse(const std::string &reason) { throw Failure(VERNIER_TRANSFORMS_FAILED, reason); }

/// The bytes of the file beside HDF5.
class RawFile {
public:
  explicit RawFile(const char *path) : file(std::fopen(path, "rb")) {
    if (!file || std::fseek(file.get(), 0, SEEK_END) != 0) refuse("its size is not known");
    size = static_cast<uint64_t>(std::ftell(file.get()));
  }

  uint64_t size = 0;

  /// Little-endian whole number of up to 8 bytes.
  uint64_t number(uint64_t place, int bytes) {
    unsigned char found[8] = {};
    read(place, found, static_cast<size_t>(bytes));
    uint64_t value = 0;
    for (int index = bytes - 1; index >= 0; --index) value = value << 8 | found[index];
    return value;
  }

  void read(uint64_t place, void *bytes, size_t count) {
    if (place > size || count > size - place) refuse("it points beyond its end");
    if (std::fseek(file.get(), static_cast<long>(place), SEEK_SET) != 0 ||
        std::fread(bytes, 1, count, file.get()) != count) {
      refuse("it cannot be read");
    }
  }

private:
  struct Close {
    void operator()(std::FILE *file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file;
};

/// The transforms of an open file.
class Reader {
public:
  Reader(const char *path, hid_t file) : raw(path) {
    const Handle creation(H5Fget_create_plist(file), H5Pclose);
    size_t address = 0, length = 0;
    hsize_t block = 0;
    checked(H5Pget_sizes(creation, &address, &length));
    checked(H5Pget_userblock(creation, &block));
    if (address != 8 || length != 8 || block != 0) refuse("its addresses are not those that ITK writes");
  }

  void read(hid_t place, vernier_transform_list &list) {
    vernier_transform item = {};
    item.type = list.types.emplace_back(text(place, "TransformType")).c_str();
    // Until 2014 ITK misspelled the names.
    if (const auto found = numbers(place, "TransformParameters", "TranformParameters", list)) {
      item.parameters = found->data();
      item.parameter_count = static_cast<int64_t>(found->size());
    }
    if (const auto found = numbers(place, "TransformFixedParameters", "TranformFixedParameters", list)) {
      item.fixed = found->data();
      item.fixed_count = static_cast<int64_t>(found->size());
    }
    list.items.push_back(item);
  }

  static bool exists(hid_t place, const std::string &name) {
    return checked(H5Lexists(place, name.c_str(), H5P_DEFAULT)) > 0;
  }

private:
  RawFile raw;

  /// A data set of one string, of fixed or variable length.
  std::string text(hid_t place, const std::string &name) {
    const Handle set(H5Dopen2(place, name.c_str(), H5P_DEFAULT), H5Dclose);
    const Handle type(H5Dget_type(set), H5Tclose), space(H5Dget_space(set), H5Sclose);
    if (H5Tget_class(type) != H5T_STRING || checked(H5Sget_simple_extent_npoints(space)) != 1) {
      refuse(name + " is not one string");
    }
    if (checked(H5Tis_variable_str(type)) > 0) return variableText(set, name);
    const size_t size = H5Tget_size(type);
    if (size > raw.size) refuse(name + " is longer than the file");
    std::string text(size, 0);
    checked(H5Dread(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text.data()));
    return text.c_str();
  }

  /// HDF5 1.10 reads the heap of strings without looking where it ends: of 10000 files with a few bytes changed 40 ended the
  /// process there. So the heap is read here (HDF5 File Format Specification 3.0, III.E "Global Heap").
  std::string variableText(hid_t set, const std::string &name) {
    const haddr_t place = H5Dget_offset(set);
    if (place == HADDR_UNDEF) refuse(name + " is not there");
    const uint64_t length = raw.number(place, 4), heap = raw.number(place + 4, 8), wanted = raw.number(place + 12, 4);
    char signature[4];
    raw.read(heap, signature, 4);
    const uint64_t size = raw.number(heap + 8, 8);
    if (std::memcmp(signature, "GCOL", 4) != 0 || size > raw.size - heap) refuse(name + " is in no heap");
    for (uint64_t object = heap + 16; object + 16 <= heap + size;) {
      const uint64_t index = raw.number(object, 2), bytes = raw.number(object + 8, 8);
      if (bytes > heap + size - object - 16) refuse("the heap of " + name + " is damaged");
      if (index == wanted && index != 0 && length <= bytes) {
        std::string text(length, 0);
        raw.read(object + 16, text.data(), length);
        return text.c_str();
      }
      // The object 0 is the space that is left.
      if (index == 0) break;
      object += 16 + (bytes + 7) / 8 * 8;
    }
    refuse(name + " is not in its heap");
  }

  /// The numbers under one of two names, whatever their type; none where neither is there.
  const std::vector<double> *numbers(
    hid_t place, const std::string &name, const std::string &other, vernier_transform_list &list) {
    const std::string found = exists(place, name) ? name : other;
    if (!exists(place, found)) return nullptr;
    const Handle set(H5Dopen2(place, found.c_str(), H5P_DEFAULT), H5Dclose);
    const Handle space(H5Dget_space(set), H5Sclose);
    const hssize_t count = checked(H5Sget_simple_extent_npoints(space));
    check(set, space, found, static_cast<uint64_t>(count));
    std::vector<double> numbers(static_cast<size_t>(count));
    if (count > 0) checked(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data()));
    return &list.numbers.emplace_back(std::move(numbers));
  }

  /// Throws where more is announced than the file can hold: HDF5 would take the memory for it first.
  void check(hid_t set, hid_t space, const std::string &name, uint64_t count) {
    const Handle type(H5Dget_type(set), H5Tclose);
    const H5T_class_t kind = H5Tget_class(type);
    if ((kind != H5T_FLOAT && kind != H5T_INTEGER) || H5Tget_size(type) > 16) refuse(name + " does not hold numbers");
    // No compression makes a thousandth of a number's 8 bytes or fewer.
    const uint64_t most = raw.size * 130 + 1024;
    if (count > most) refuse(name + " is longer than the file can hold");
    const Handle layout(H5Dget_create_plist(set), H5Pclose);
    if (H5Pget_layout(layout) != H5D_CHUNKED) return;
    hsize_t sides[H5S_MAX_RANK] = {}, chunks = 0;
    const int rank = checked(H5Pget_chunk(layout, H5S_MAX_RANK, sides));
    uint64_t elements = 1;
    for (int axis = 0; axis < rank; ++axis) elements = sides[axis] > most ? most + 1 : elements * sides[axis];
    if (elements > most) refuse("the pieces of " + name + " are longer than the file can hold");
    checked(H5Dget_num_chunks(set, space, &chunks));
    for (hsize_t chunk = 0; chunk < chunks; ++chunk) {
      hsize_t offsets[H5S_MAX_RANK], bytes = 0;
      haddr_t address = 0;
      unsigned filters = 0;
      checked(H5Dget_chunk_info(set, space, chunk, offsets, &filters, &address, &bytes));
      if (address > raw.size || bytes > raw.size - address) refuse("a piece of " + name + " lies beyond the file's end");
    }
  }
};

}  // namespace

void readTransforms(const char *path, vernier_transform_list &list) {
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  // File systems without locks are common where volumes are worked on, and nothing is written here.
  checked(H5Pset_file_locking(access, false, true));
  const Handle file(H5Fopen(path, H5F_ACC_RDONLY, access), H5Fclose);
  Reader reader(path, file);
  if (!reader.exists(file, "TransformGroup")) throw Failure(VERNIER_TRANSFORMS_NONE, "it has no TransformGroup");
  const Handle transforms(H5Gopen2(file, "TransformGroup", H5P_DEFAULT), H5Gclose);
  for (int index = 0; reader.exists(transforms, std::to_string(index)); ++index) {
    reader.read(Handle(H5Gopen2(transforms, std::to_string(index).c_str(), H5P_DEFAULT), H5Gclose), list);
  }
}

}  // namespace vernier
