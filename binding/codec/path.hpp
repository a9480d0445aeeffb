// path.hpp - where in a message a value stands, and the errors that say it.
//
// Each level of a decoder has one Path on its stack, linked to the one above. It costs a few stores
// while all is well, and is made into text (`$.a[0]`) only when an error is raised.
#pragma once

#include "binding/codec/module.hpp"

namespace mainstay::binding::codec {

struct Path {
  enum class Kind : unsigned char {
    index,  // an item of an array
    name,   // a member, whose name is `object`
    field,  // field `index` of the struct type `object`
    any,    // a value of a dict
    key,    // a key of a dict
  };
  const Path* parent = nullptr;  // null: the message itself
  Kind kind = Kind::index;
  Py_ssize_t index = 0;
  PyObject* object = nullptr;  // borrowed: the plan keeps it alive
};

// Raises ValidationError with a text as PyUnicode_FromFormat makes it, and the place at its end.
// Always empty. `path` may be null: the message itself, which is not said.
Ref refuse(const State& state, const Path* path, const char* format, ...);

// Makes a TypeError or ValueError that is set, and is not of ours, a ValidationError with the same
// text and the place, whose cause it becomes. Always empty.
Ref refuse_as_raised(const State& state, const Path* path);

}  // namespace mainstay::binding::codec
