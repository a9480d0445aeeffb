// rows.hpp - rows between Python and the engine's items.
//
// The kind of an engine's value: type of the stored scalar in the high half, the disk's mode in the
// low one (15: the mode is the first byte of the value). The bytes of an item with a file of its
// disk's begin with the file's name, after its length in two bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"
#include "mainstay/cache/hold.hpp"

namespace mainstay::binding::cache {

enum Mode : unsigned { kRaw = 1, kBinary = 2, kTextFile = 3, kPickle = 4, kPlain = 5 };

// The scalar of a row as the engine has it. Borrows from the object.
class Scalar {
 public:
  // False with an exception set: a type that no row has, or one too long or large for its place.
  [[nodiscard]] bool of(PyObject* value, unsigned mode, PyObject* filename) noexcept;
  // For values whose type is known; bytes are borrowed.
  void text(std::string_view utf8) noexcept { set(3, utf8); }
  void bytes(std::string_view content, unsigned mode = kRaw) noexcept { set(4, content, mode); }
  void integer(long long number) noexcept;
  void floating(double number) noexcept;

  [[nodiscard]] mainstay::cache::Value value() const noexcept { return {kind_, bytes_}; }

 private:
  void set(unsigned type, std::string_view content, unsigned mode = kRaw) noexcept {
    kind_ = static_cast<std::uint8_t>(type << 4 | mode);
    bytes_ = content;
  }

  std::uint8_t kind_ = 0;
  std::string_view bytes_;
  char number_[8];
  std::string joined_;  // name, mode and value in one, where there is a name or an odd mode
};

// The parts of a value that the engine has.
struct Parts {
  unsigned type = 0;  // 0 None, 1 int, 2 float, 3 str, 4 bytes
  unsigned mode = 0;
  std::string_view filename;  // of the disk's
  std::string_view bytes;
};
[[nodiscard]] Parts parts_of(const mainstay::cache::View& item) noexcept;
[[nodiscard]] Ref scalar_of(const Parts& parts) noexcept;
// The name of a foreign file in a value that was dropped.
[[nodiscard]] Ref dropped_name(std::string_view value) noexcept;
[[nodiscard]] Ref names_of(const std::vector<std::string>& dropped);

// (rank, expire_time, tag, size, mode, filename, value, crc)
[[nodiscard]] Ref row_of(const mainstay::cache::View& item) noexcept;
[[nodiscard]] Ref expiry_object(const mainstay::cache::View& item) noexcept;

}  // namespace mainstay::binding::cache
