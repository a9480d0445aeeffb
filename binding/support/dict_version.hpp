// dict_version.hpp - telling whether a dict is as it was, without looking into it.
#pragma once

#include <cstdint>

#include "binding/support/python.hpp"

namespace mainstay::binding {

// A number the interpreter gives a dict anew whenever it changes, and gives no two dicts (PEP 509):
// what was found in a dict of some version is there as long as it has that version. 0, which no
// dict has, from Python 3.14 on, where there is none.
[[nodiscard]] inline std::uint64_t version_of(PyObject* dict) noexcept {
#if PY_VERSION_HEX < 0x030E0000
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  return reinterpret_cast<PyDictObject*>(dict)->ma_version_tag;
#pragma GCC diagnostic pop
#else
  static_cast<void>(dict);
  return 0;
#endif
}

}  // namespace mainstay::binding
