// struct.cpp - the types of structs: the metaclass's part of the work, and the base of instances.
#include "binding/codec/struct.hpp"

#include <cstring>
#include <memory>

#include "binding/codec/struct_methods.hpp"
#include "binding/support/call.hpp"
#include "mainstay/codec/buffer.hpp"
#include "mainstay/codec/json_writer.hpp"
#include "mainstay/codec/msgpack_writer.hpp"

namespace mainstay::binding::codec {
namespace {

StructType& as_struct_type(PyObject* type) noexcept { return *reinterpret_cast<StructType*>(type); }

// The owned members of a struct type.
template <class Visit>
void each_member(StructType& type, Visit visit) {
  for (PyObject** each : {&type.fields, &type.defaults, &type.encode_fields, &type.match_args,
                          &type.tag, &type.tag_field, &type.tag_value, &type.rename,
                          &type.post_init, &type.info, &type.json_names, &type.msgpack_names}) {
    visit(*each);
  }
}

int traverse_meta(PyObject* self, visitproc visit, void* arg) noexcept {
  int result = 0;
  each_member(as_struct_type(self), [&](PyObject* each) {
    if (result == 0 && each != nullptr) result = visit(each, arg);
  });
  return result != 0 ? result : PyType_Type.tp_traverse(self, visit, arg);
}

void clear_members(PyObject* self) noexcept {
  StructType& type = as_struct_type(self);
  PyMem_Free(std::exchange(type.offsets, nullptr));
  each_member(type, [](PyObject*& each) { Py_CLEAR(each); });
}

int clear_meta(PyObject* self) noexcept {
  clear_members(self);
  return PyType_Type.tp_clear(self);
}

void end_meta(PyObject* self) noexcept {
  // The end of `type` wants its object tracked.
  PyObject_GC_UnTrack(self);
  clear_members(self);
  PyObject_GC_Track(self);
  PyType_Type.tp_dealloc(self);
}

PyObject* type_member(PyObject* self, void* closure) noexcept {
  PyObject* value = *reinterpret_cast<PyObject**>(reinterpret_cast<char*>(self) +
                                                  reinterpret_cast<std::uintptr_t>(closure));
  if (value == nullptr) {
    PyErr_Format(PyExc_AttributeError, "struct type %s is not complete yet",
                 reinterpret_cast<PyTypeObject*>(self)->tp_name);
    return nullptr;
  }
  return Ref::share(value).release();
}

#define MEMBER(name, member, doc) \
  {name, type_member, nullptr, doc, reinterpret_cast<void*>(offsetof(StructType, member))}
PyGetSetDef kMetaAttributes[] = {
    MEMBER("__struct_fields__", fields, "Struct fields"),
    MEMBER("__struct_defaults__", defaults, "Struct defaults"),
    MEMBER("__struct_encode_fields__", encode_fields, "Struct encoded field names"),
    MEMBER("__match_args__", match_args, "Positional match args"),
    {},
};
#undef MEMBER

PyMemberDef kMetaMembers[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(PyTypeObject, tp_vectorcall), READONLY, nullptr},
    {},
};

PyType_Slot kMetaSlots[] = {
    {Py_tp_doc, const_cast<char*>("What is native of StructMeta.")},
    {Py_tp_traverse, reinterpret_cast<void*>(&traverse_meta)},
    {Py_tp_clear, reinterpret_cast<void*>(&clear_meta)},
    {Py_tp_dealloc, reinterpret_cast<void*>(&end_meta)},
    {Py_tp_call, reinterpret_cast<void*>(&PyVectorcall_Call)},
    {Py_tp_getset, kMetaAttributes},
    {Py_tp_members, kMetaMembers},
    {0, nullptr},
};
PyType_Spec kMetaSpec{
    "mainstay.codec._native.StructMetaBase",
    sizeof(StructType),
    0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_TYPE_SUBCLASS | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE |
        Py_TPFLAGS_HAVE_VECTORCALL,
    kMetaSlots,
};

// Instances. Of a plain type all that is in them is known; others are the interpreter's, which ends
// with what the base has for the part that is its own.

int traverse_instance(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  return 0;
}
int clear_instance(PyObject*) noexcept { return 0; }

void end_instance(PyObject* self) noexcept {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  type->tp_free(self);
  Py_DECREF(type);
}

int traverse_fields(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  PyTypeObject* plain = Py_TYPE(self);
  while (plain->tp_traverse != &traverse_fields) plain = plain->tp_base;
  const StructType& type = struct_type(plain);
  for (Py_ssize_t i = 0; i < type.field_count(); ++i) Py_VISIT(field_slot(self, type, i));
  return 0;
}

int clear_fields(PyObject* self) noexcept {
  const StructType& type = struct_type(Py_TYPE(self));
  for (Py_ssize_t i = 0; i < type.field_count(); ++i) Py_CLEAR(field_slot(self, type, i));
  return 0;
}

template <bool collected>
void end_fields(PyObject* self) noexcept;

// Gives back a reference. Instances of plain types that nothing else refers to are not ended here,
// as a chain of them may be longer than the C stack allows: they become a list, in whose first
// field the next one is.
void give_back(PyObject* value, PyObject*& pending) noexcept {
  while (value != nullptr) {
    PyTypeObject* type = Py_TYPE(value);
    if (Py_REFCNT(value) != 1 ||
        (type->tp_dealloc != &end_fields<true> && type->tp_dealloc != &end_fields<false>) ||
        struct_type(type).field_count() == 0) {
      break;
    }
    if (type->tp_finalize != nullptr) {
      PyObject_CallFinalizer(value);
      if (Py_REFCNT(value) != 1) break;
    }
    if (PyType_IS_GC(type)) PyObject_GC_UnTrack(value);
    PyObject* first = std::exchange(field_slot(value, struct_type(type), 0), pending);
    pending = std::exchange(value, first);
  }
  Py_XDECREF(value);
}

void end_from(PyObject* self, Py_ssize_t field, PyObject*& pending) noexcept {
  PyTypeObject* python = Py_TYPE(self);
  const StructType& type = struct_type(python);
  if (PyType_IS_GC(python)) PyObject_GC_UnTrack(self);
  for (; field < type.field_count(); ++field) {
    give_back(std::exchange(field_slot(self, type, field), nullptr), pending);
  }
  if (type.hash_offset != 0) {
    auto** hash = reinterpret_cast<PyObject**>(reinterpret_cast<char*>(self) + type.hash_offset);
    Py_XDECREF(std::exchange(*hash, nullptr));
  }
  // Slots of other bases; a type with collection is plain, or the interpreter ends its instances.
  for (PyTypeObject* base = type.plain ? nullptr : python; base != nullptr; base = base->tp_base) {
    for (PyMemberDef* slot = base->tp_members; slot != nullptr && slot->name != nullptr; ++slot) {
      if (slot->type != T_OBJECT_EX) continue;
      auto** object = reinterpret_cast<PyObject**>(reinterpret_cast<char*>(self) + slot->offset);
      Py_XDECREF(std::exchange(*object, nullptr));
    }
  }
  python->tp_free(self);
  Py_DECREF(python);
}

// Two functions, as the interpreter lets objects change to a class with the same one.
template <bool collected>
void end_fields(PyObject* self) noexcept {
  if (Py_TYPE(self)->tp_finalize != nullptr && PyObject_CallFinalizerFromDealloc(self) < 0) return;
  PyObject* pending = nullptr;
  end_from(self, 0, pending);
  while (pending != nullptr) {
    PyObject* next = pending;
    pending = std::exchange(field_slot(next, struct_type(Py_TYPE(next)), 0), nullptr);
    end_from(next, 1, pending);
  }
}

// Methods of instances read the StructType of their class.
PyObject* new_instance(PyTypeObject* type, PyObject* args, PyObject* kwargs) noexcept {
  const State& state = state_behind(type);
  if (is_struct_type(state, type) && struct_type(type).fields != nullptr) {
    return PyBaseObject_Type.tp_new(type, args, kwargs);
  }
  PyErr_Format(PyExc_TypeError,
               is_struct_type(state, type)
                   ? "struct type %s is not complete yet"
                   : "%s is no struct type: derive from Struct, whose metaclass makes one",
               type->tp_name);
  return nullptr;
}

int refuse_attribute(PyObject* self, PyObject*, PyObject*) noexcept {
  PyErr_Format(PyExc_AttributeError, "immutable type: '%s'", Py_TYPE(self)->tp_name);
  return -1;
}

int set_attribute(PyObject* self, PyObject* name, PyObject* value) noexcept {
  // The interpreter may have given the slot of the base to a class that is frozen.
  if (struct_type(Py_TYPE(self)).frozen == Option::on) return refuse_attribute(self, name, value);
  if (PyObject_GenericSetAttr(self, name, value) < 0) return -1;
  if (value != nullptr && may_be_in_cycle(value) && PyObject_IS_GC(self) &&
      PyObject_GC_IsTracked(self) == 0) {
    PyObject_GC_Track(self);
  }
  return 0;
}

PyType_Slot kInstanceSlots[] = {
    {Py_tp_doc, const_cast<char*>("What is native of Struct.")},
    {Py_tp_traverse, reinterpret_cast<void*>(&traverse_instance)},
    {Py_tp_clear, reinterpret_cast<void*>(&clear_instance)},
    {Py_tp_dealloc, reinterpret_cast<void*>(&end_instance)},
    {Py_tp_new, reinterpret_cast<void*>(&new_instance)},
    {Py_tp_setattro, reinterpret_cast<void*>(&set_attribute)},
    {Py_tp_repr, reinterpret_cast<void*>(&repr_struct)},
    {Py_tp_hash, reinterpret_cast<void*>(&hash_struct)},
    {Py_tp_richcompare, reinterpret_cast<void*>(&compare_structs)},
    {Py_tp_methods, kStructMethods},
    {Py_tp_getset, kStructAttributes},
    {0, nullptr},
};
PyType_Spec kInstanceSpec{
    "mainstay.codec._native._StructMixin",
    sizeof(PyObject),
    0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    kInstanceSlots,
};

// Factory(factory)
bool init_factory(Factory& self, PyObject* args, PyObject* kwargs) {
  if (kwargs != nullptr && PyDict_GET_SIZE(kwargs) != 0) {
    PyErr_SetString(PyExc_TypeError, "Factory takes no keyword arguments");
    return false;
  }
  if (PyTuple_GET_SIZE(args) != 1) {
    PyErr_Format(PyExc_TypeError, "Factory expected 1 argument, got %zd", PyTuple_GET_SIZE(args));
    return false;
  }
  PyObject* factory = PyTuple_GET_ITEM(args, 0);
  if (PyCallable_Check(factory) == 0) {
    PyErr_SetString(PyExc_TypeError, "default_factory must be callable");
    return false;
  }
  self.factory = Ref::share(factory);
  return true;
}
Ref factory_of(Factory& self) { return Ref::share(self.factory.get()); }
Ref repr_factory(Self<Factory>) { return Ref::steal(PyUnicode_FromString("<factory>")); }
PyGetSetDef kFactoryAttributes[] = {attribute<factory_of>("factory", "What is called."), {}};
const PyType_Slot kFactorySlots[] = {{Py_tp_init, as_slot<init_factory>()},
                                     {Py_tp_repr, as_slot<repr_factory>()}};
const TypeTable kFactory{
    .name = "mainstay.codec._native.Factory",
    .doc = "A default that is made anew for each instance.",
    .attributes = kFactoryAttributes,
    .slots = kFactorySlots,
};

// The offset of a slot that the interpreter laid out. -1 with an exception set.
Py_ssize_t offset_of(PyTypeObject* type, PyObject* name) {
  PyObject* found = _PyType_Lookup(type, name);
  if (found != nullptr && Py_IS_TYPE(found, &PyMemberDescr_Type)) {
    const auto* slot = reinterpret_cast<PyMemberDescrObject*>(found);
    // Not one of another class, nor one that is no object.
    if (PyType_IsSubtype(type, slot->d_common.d_type) != 0 && slot->d_member->type == T_OBJECT_EX) {
      return slot->d_member->offset;
    }
  }
  PyErr_Format(PyExc_RuntimeError, "Failed to get offset for %R", name);
  return -1;
}

// Whether a default may run Python, unlike the factories that are called most.
bool may_run(const State& state, PyObject* given) noexcept {
  if (!is_exactly(given, state.factory_type)) return false;
  PyObject* factory = value_of<Factory>(given).factory.get();
  return factory != reinterpret_cast<PyObject*>(&PyList_Type) &&
         factory != reinterpret_cast<PyObject*>(&PyDict_Type) &&
         factory != reinterpret_cast<PyObject*>(&PySet_Type);
}

}  // namespace

void raise_unset(const StructType& type, Py_ssize_t index) noexcept {
  PyErr_Format(PyExc_AttributeError, "Struct field %R is unset",
               PyTuple_GET_ITEM(type.fields, index));
}

Ref default_value(const State& state, PyObject* given) {
  if (!is_exactly(given, state.factory_type)) return Ref::share(given);
  PyObject* factory = value_of<Factory>(given).factory.get();
  if (factory == reinterpret_cast<PyObject*>(&PyList_Type)) return Ref::steal(PyList_New(0));
  if (factory == reinterpret_cast<PyObject*>(&PyDict_Type)) return Ref::steal(PyDict_New());
  return Ref::steal(PyObject_CallNoArgs(factory));
}

bool is_default(const State& state, PyObject* value, PyObject* given) noexcept {
  if (value == given) return true;
  if (!is_exactly(given, state.factory_type)) return false;
  PyObject* factory = value_of<Factory>(given).factory.get();
  if (reinterpret_cast<PyObject*>(Py_TYPE(value)) != factory) return false;
  if (PyList_CheckExact(value)) return PyList_GET_SIZE(value) == 0;
  if (PyDict_CheckExact(value)) return PyDict_GET_SIZE(value) == 0;
  return Py_TYPE(value) == &PySet_Type && PySet_GET_SIZE(value) == 0;
}

bool fill_defaults(PyObject* object, StructType& type, Py_ssize_t& missing) {
  missing = -1;
  const Py_ssize_t count = type.field_count();
  const Py_ssize_t required = type.required_count();
  bool collected = false;
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* value = field_slot(object, type, i);
    if (value == nullptr) {
      PyObject* given = i < required ? nullptr : PyTuple_GET_ITEM(type.defaults, i - required);
      if (given == nullptr || given == type.state->NODEFAULT.get()) {
        missing = i;
        return false;
      }
      Ref made = default_value(*type.state, given);
      if (!made) return false;
      value = made.get();
      set_field(object, type, i, std::move(made));
    }
    collected = collected || may_be_in_cycle(value);
  }
  settle(object, type, collected);
  return true;
}

bool call_post_init(PyObject* object, const StructType& type) {
  if (type.post_init == nullptr) return true;
  return static_cast<bool>(Ref::steal(PyObject_CallOneArg(type.post_init, object)));
}

// Names as they are written, as a tuple of bytes. Empty with an exception set.
template <class Write>
Ref written(PyObject* names, Write write) {
  Ref made = Ref::steal(PyTuple_New(PyTuple_GET_SIZE(names)));
  for (Py_ssize_t i = 0; made && i < PyTuple_GET_SIZE(names); ++i) {
    std::string_view name;
    if (!utf8_of(PyTuple_GET_ITEM(names, i), name)) return Ref{};
    mainstay::codec::TextBuffer buffer;
    write(buffer, name);
    std::string text = buffer.take();
    text.resize(text.size() + kNameSpare);
    PyObject* bytes = PyBytes_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size()));
    if (bytes == nullptr) return Ref{};
    PyTuple_SET_ITEM(made.get(), i, bytes);
  }
  return made;
}

// finish_struct(type, fields, encode_fields, defaults, match_args, keyword_only, tag, tag_field,
// tag_value, rename, cache_hash, options): None where there is none; options are numbers.
PyObject* finish_struct(PyObject* module, PyObject* args) noexcept {
  State& state = state_of<State>(module);
  PyObject* given[9] = {};
  PyObject* post_init = nullptr;
  Py_ssize_t keyword_only = 0;
  int cache_hash = 0;
  int option[8] = {};
  PyObject* object = nullptr;
  if (!PyArg_ParseTuple(args, "O!O!O!O!O!nOOOOOp(iiiiiiii)",
                        reinterpret_cast<PyTypeObject*>(state.struct_meta.get()), &object,
                        &PyTuple_Type, &given[0], &PyTuple_Type, &given[1], &PyTuple_Type,
                        &given[2], &PyTuple_Type, &given[3], &keyword_only, &given[4], &given[5],
                        &given[6], &given[7], &post_init, &cache_hash, &option[0], &option[1],
                        &option[2], &option[3], &option[4], &option[5], &option[6], &option[7])) {
    return nullptr;
  }
  StructType& type = as_struct_type(object);
  PyTypeObject* python = type.type();
  const Py_ssize_t count = PyTuple_GET_SIZE(given[0]);
  std::unique_ptr<Py_ssize_t, decltype(&PyMem_Free)> offsets(
      static_cast<Py_ssize_t*>(
          PyMem_Malloc(static_cast<std::size_t>(count + 1) * sizeof(Py_ssize_t))),
      &PyMem_Free);
  if (!offsets) return PyErr_NoMemory();
  for (Py_ssize_t i = 0; i < count; ++i) {
    offsets.get()[i] = offset_of(python, PyTuple_GET_ITEM(given[0], i));
    if (offsets.get()[i] < 0) return nullptr;
  }
  if (cache_hash != 0) {
    type.hash_offset = offset_of(python, state.s_cached_hash.get());
    if (type.hash_offset < 0) return nullptr;
  }
  Ref json_names;
  Ref msgpack_names;
  try {
    json_names = written(given[1], [](auto& buffer, std::string_view name) {
      mainstay::codec::JsonWriter writer(buffer);
      writer.separate();
      writer.text(name);
      writer.colon();
    });
    msgpack_names = written(given[1], [](auto& buffer, std::string_view name) {
      mainstay::codec::MsgpackWriter(buffer).text(name);
    });
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  }
  if (!json_names || !msgpack_names) return nullptr;
  Option* const options[] = {
      &type.frozen,     &type.eq, &type.order,         &type.repr_omit_defaults,
      &type.array_like, &type.gc, &type.omit_defaults, &type.forbid_unknown_fields};
  for (std::size_t i = 0; i < std::size(options); ++i) {
    *options[i] = static_cast<Option>(option[i]);
  }
  type.state = &state;
  type.trailing_defaults = 0;
  for (Py_ssize_t i = PyTuple_GET_SIZE(given[2]);
       i > 0 && PyTuple_GET_ITEM(given[2], i - 1) != state.NODEFAULT.get(); --i) {
    ++type.trailing_defaults;
  }
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(given[2]); ++i) {
    type.has_factories = type.has_factories || may_run(state, PyTuple_GET_ITEM(given[2], i));
  }
  const auto slots =
      static_cast<Py_ssize_t>(sizeof(PyObject*)) * (count + (cache_hash != 0 ? 1 : 0));
  type.has_dict = python->tp_dictoffset != 0;
  type.plain = !type.has_dict && python->tp_weaklistoffset == 0 && python->tp_itemsize == 0 &&
               python->tp_basicsize == static_cast<Py_ssize_t>(sizeof(PyObject)) + slots;
  type.keyword_only = keyword_only;
  type.offsets = offsets.release();
  python->tp_vectorcall =
      reinterpret_cast<vectorcallfunc>(reinterpret_cast<void (*)()>(&construct_struct));
  if (type.gc == Option::off) {
    python->tp_flags &= ~Py_TPFLAGS_HAVE_GC;
    python->tp_dealloc = &end_fields<false>;
    python->tp_free = &PyObject_Free;
  } else if (type.plain && PyType_IS_GC(python)) {
    python->tp_dealloc = &end_fields<true>;
    python->tp_traverse = &traverse_fields;
    python->tp_clear = &clear_fields;
  }
  if (type.frozen == Option::on) {
    python->tp_setattro = &refuse_attribute;
  } else if (python->tp_setattro == &refuse_attribute) {
    python->tp_setattro = &set_attribute;
  }
  const auto keep = [](PyObject* value) {
    return value == Py_None ? nullptr : Ref::share(value).release();
  };
  type.json_names = json_names.release();
  type.msgpack_names = msgpack_names.release();
  type.tag = keep(given[4]);
  type.tag_field = keep(given[5]);
  type.tag_value = keep(given[6]);
  type.rename = keep(given[7]);
  type.post_init = keep(post_init);
  type.defaults = keep(given[2]);
  type.encode_fields = keep(given[1]);
  type.match_args = keep(given[3]);
  type.fields = keep(given[0]);
  PyType_Modified(python);
  return Ref::share(Py_None).release();
}

// struct_config(type): (tag, tag_field, rename, keyword_only, cache_hash, tag_value, options...),
// as finish_struct() takes them.
PyObject* struct_config(PyObject* module, PyObject* object) noexcept {
  State& state = state_of<State>(module);
  if (!PyType_Check(object) || !is_struct_type(state, reinterpret_cast<PyTypeObject*>(object))) {
    PyErr_Format(PyExc_TypeError, "expected a struct type, got %R", object);
    return nullptr;
  }
  const StructType& type = as_struct_type(object);
  const auto shown = [](PyObject* value) { return value == nullptr ? Py_None : value; };
  return Py_BuildValue(
      "(OOOnOO(iiiiiiii))", shown(type.tag), shown(type.tag_field), shown(type.rename),
      type.keyword_only, type.hash_offset != 0 ? Py_True : Py_False, shown(type.tag_value),
      static_cast<int>(type.frozen), static_cast<int>(type.eq), static_cast<int>(type.order),
      static_cast<int>(type.repr_omit_defaults), static_cast<int>(type.array_like),
      static_cast<int>(type.gc), static_cast<int>(type.omit_defaults),
      static_cast<int>(type.forbid_unknown_fields));
}

// struct_info(type): the Record kept for it, or None. struct_info(type, record) keeps one.
PyObject* struct_info(PyObject*, PyObject* args) noexcept {
  PyObject* object = nullptr;
  PyObject* record = nullptr;
  if (!PyArg_ParseTuple(args, "O|O", &object, &record)) return nullptr;
  StructType& type = as_struct_type(object);
  const CriticalSection section(object);
  if (record != nullptr) {
    Ref old = Ref::steal(type.info);
    type.info = record == Py_None ? nullptr : Ref::share(record).release();
  }
  return Ref::share(type.info == nullptr ? Py_None : type.info).release();
}

bool add_struct_types(PyObject* module, State& state) {
  state.struct_meta = add_type(module, kMetaSpec, reinterpret_cast<PyObject*>(&PyType_Type));
  if (!state.struct_meta) return false;
  state.struct_mixin = add_type(module, kInstanceSpec);
  if (!state.struct_mixin) return false;
  state.factory_type = add_native_type<Factory>(module, kFactory);
  return static_cast<bool>(state.factory_type);
}

}  // namespace mainstay::binding::codec
