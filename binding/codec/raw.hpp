// raw.hpp - a message that is not decoded yet, or already encoded.
#pragma once

#include <string_view>

#include "binding/codec/module.hpp"

namespace mainstay::binding::codec {

// Bytes of a bytes or str object, or a part of any buffer, which stays locked as long as this
// lives.
struct Raw {
  Ref base;  // bytes or str that this is all of; or empty
  Py_buffer view{};
  std::string_view data = "";

  Raw() = default;
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;
  ~Raw() {
    if (view.obj != nullptr) PyBuffer_Release(&view);
  }
};

// A Raw of `data`, which lies in the buffer of `owner`. Empty with an exception set.
[[nodiscard]] Ref raw_of_part(const State& state, PyObject* owner, std::string_view data);

}  // namespace mainstay::binding::codec
