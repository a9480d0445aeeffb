// module.hpp - the state of `mainstay.codec._native`: its types, and what the face gave it.
//
// Constant once the face has called connect(). All of it lives as long as the module, and each
// object that needs it later keeps the module alive.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "binding/support/native_module.hpp"
#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"
#include "mainstay/codec/text.hpp"

namespace mainstay::binding::codec {

// The names that messages had last, as str objects: most messages have few, again and again, in the
// same order. With the interpreter's lock only; without it nothing is kept.
class KnownNames {
 public:
  // A place among them; of a decoder, where it is.
  using Place = std::uint16_t;

  [[nodiscard]] static bool may_have(std::string_view text) noexcept {
    return !text.empty() && text.size() <= kLongest;
  }

  // The name that came behind the one at `place` the last time: its place. Borrowed; null when
  // there is none, or it needs an escape.
  [[nodiscard]] PyObject* expected(Place place, Place& next) const noexcept {
    next = slots_[place].next;
    return slots_[next].plain ? slots_[next].name.get() : nullptr;
  }

  // The str of a text that may be known; `make` makes it when it is not. It is kept, as the one
  // behind `place`, when it is ASCII.
  template <class Make>
  [[nodiscard]] Ref find(std::string_view text, Place& place, Make make) {
#if defined(Py_GIL_DISABLED)
    return make();
#else
    const Place at = place_of(text);
    Slot& slot = slots_[at];
    if (!slot.name || text_in(slot.name.get()) != text) {
      Ref made = make();
      if (!made || !PyUnicode_IS_COMPACT_ASCII(made.get())) return made;
      slot.plain = mainstay::codec::plain_length(text) == text.size();
      slot.name = std::move(made);
    }
    slots_[place].next = at;
    place = at;
    return Ref::share(slot.name.get());
#endif
  }

  // Of a known name.
  [[nodiscard]] static std::string_view text_in(PyObject* name) noexcept {
    return {reinterpret_cast<const char*>(PyUnicode_1BYTE_DATA(name)),
            static_cast<std::size_t>(PyUnicode_GET_LENGTH(name))};
  }

 private:
  struct Slot {
    Ref name;
    Place next = 0;
    bool plain = false;
  };

  static Place place_of(std::string_view text) noexcept {
    using mainstay::codec::detail::load;
    using mainstay::codec::detail::load_half;
    const char* const data = text.data();
    const std::size_t size = text.size();
    std::uint64_t mixed = size;
    const auto mix = [&](std::uint64_t part) {
      mixed = (mixed ^ part) * 0x9E37'79B9'7F4A'7C15U;
      mixed ^= mixed >> 32U;
    };
    if (size >= 8) {
      for (std::size_t at = 0; at + 8 < size; at += 8) mix(load(data + at));
      mix(load(data + size - 8));
    } else if (size >= 4) {
      mix(std::uint64_t{load_half(data)} << 32U | load_half(data + size - 4));
    } else {
      for (const char each : text) mixed = mixed << 8U | static_cast<unsigned char>(each);
      mix(0);
    }
    return static_cast<Place>(mixed % kCount);
  }

  static constexpr std::size_t kLongest = 32;
  static constexpr std::size_t kCount = 512;
  std::array<Slot, kCount> slots_;
};

struct State {
  PyObject* module = nullptr;  // borrowed: the state is a part of it
  Ref struct_meta, struct_mixin, factory_type, raw_type, plan_type, record_type, lookup_type;
  Ref any_plan;
  mutable KnownNames known_names;
#define MAINSTAY_CODEC_NAME(name, text) Ref name;
#include "binding/codec/names.def"
#undef MAINSTAY_CODEC_NAME
#define MAINSTAY_CODEC_GIVEN(name) Ref name;
#include "binding/codec/given.def"
#undef MAINSTAY_CODEC_GIVEN

  void each_reference(auto visit) {
    for (Ref* each : {&struct_meta, &struct_mixin, &factory_type, &raw_type, &plan_type,
                      &record_type, &lookup_type, &any_plan}) {
      visit(*each);
    }
#define MAINSTAY_CODEC_NAME(name, text) visit(name);
#include "binding/codec/names.def"
#undef MAINSTAY_CODEC_NAME
#define MAINSTAY_CODEC_GIVEN(name) visit(name);
#include "binding/codec/given.def"
#undef MAINSTAY_CODEC_GIVEN
  }
};

// The state behind an object of one of the module's own types, or of a type that derives from one.
[[nodiscard]] State& state_behind(PyTypeObject* type) noexcept;

// Each adds its types to the module. False: an exception is set.
[[nodiscard]] bool add_plan_types(PyObject* module, State& state);
[[nodiscard]] bool add_raw_type(PyObject* module, State& state);
[[nodiscard]] bool add_struct_types(PyObject* module, State& state);
[[nodiscard]] bool add_encoder_types(PyObject* module, State& state);
[[nodiscard]] bool add_decoder_types(PyObject* module, State& state);

[[nodiscard]] inline bool is_instance_of(PyObject* object, const Ref& type) noexcept {
  return PyType_IsSubtype(Py_TYPE(object), reinterpret_cast<PyTypeObject*>(type.get())) != 0;
}
[[nodiscard]] inline bool is_exactly(PyObject* object, const Ref& type) noexcept {
  return reinterpret_cast<PyObject*>(Py_TYPE(object)) == type.get();
}

}  // namespace mainstay::binding::codec
