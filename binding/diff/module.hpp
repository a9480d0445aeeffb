// module.hpp - what the files of `mainstay.diff._native` share: its state, and what each adds.
#pragma once

#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"

namespace mainstay::binding::diff {

// Interned texts, in one place: X(member, "text").
#define MAINSTAY_DIFF_NAMES(X)                        \
  X(active_events, "events")                          \
  X(additional, "additional")                         \
  X(general, "native_general")                        \
  X(digest, "native_digest")                          \
  X(distance, "native_distance")                      \
  X(length, "native_length")                          \
  X(limit, "native_limit")                            \
  X(key_text, "native_key_text")                      \
  X(text_diff, "native_text_diff")                    \
  X(shared, "shared")                                 \
  X(stats, "stats")                                   \
  X(t1, "t1")                                         \
  X(t2, "t2")                                         \
  X(path, "path")                                     \
  X(diff_count, "DIFF COUNT")                         \
  X(passes_count, "PASSES COUNT")                     \
  X(max_pass_limit_reached, "MAX PASS LIMIT REACHED") \
  X(max_diff_limit_reached, "MAX DIFF LIMIT REACHED") \
  X(type_changes, "type_changes")                     \
  X(values_changed, "values_changed")                 \
  X(entry_added, "dictionary_item_added")             \
  X(entry_removed, "dictionary_item_removed")         \
  X(item_added, "iterable_item_added")                \
  X(item_removed, "iterable_item_removed")            \
  X(item_moved, "iterable_item_moved")                \
  X(member_added, "set_item_added")                   \
  X(member_removed, "set_item_removed")               \
  X(repetition_change, "repetition_change")           \
  X(repetition, "repetition")                         \
  X(new_value, "new_value")                           \
  X(old_value, "old_value")                           \
  X(new_type, "new_type")                             \
  X(old_type, "old_type")                             \
  X(new_path, "new_path")                             \
  X(value, "value")                                   \
  X(diff, "diff")                                     \
  X(old_repeat, "old_repeat")                         \
  X(new_repeat, "new_repeat")                         \
  X(old_indexes, "old_indexes")                       \
  X(new_indexes, "new_indexes")                       \
  X(equal, "equal")                                   \
  X(replace, "replace")                               \
  X(erase, "delete")                                  \
  X(insert, "insert")                                 \
  X(hashes, "hashes")                                 \
  X(active, "_active")                                \
  X(lower, "lower")                                   \
  X(matched_paths, "matched_paths")                   \
  X(matched_values, "matched_values")                 \
  X(report, "_report")                                \
  X(search, "_search")                                \
  X(get, "GET")                                       \
  X(get_attribute, "GETATTR")

struct Names {
#define MAINSTAY_DIFF_NAME(member, text) Ref member;
  MAINSTAY_DIFF_NAMES(MAINSTAY_DIFF_NAME)
#undef MAINSTAY_DIFF_NAME
};

struct State {
  Names names;
  Ref settings_type, changes_type;
  Ref deepcopy;  // copy.deepcopy

  void each_reference(auto visit) {
#define MAINSTAY_DIFF_NAME(member, text) visit(names.member);
    MAINSTAY_DIFF_NAMES(MAINSTAY_DIFF_NAME)
#undef MAINSTAY_DIFF_NAME
    visit(settings_type);
    visit(changes_type);
    visit(deepcopy);
  }
};

extern PyModuleDef definition;

[[nodiscard]] bool add_settings(PyObject* module, State& state);
[[nodiscard]] bool add_changes(PyObject* module, State& state);

// Functions of the module.
[[nodiscard]] PyObject* deep_copy(PyObject* module, PyObject* object);
[[nodiscard]] PyObject* digest_tree(PyObject* module, PyObject* const* args, Py_ssize_t nargs);
[[nodiscard]] PyObject* parse_path(PyObject* module, PyObject* path);
[[nodiscard]] PyObject* apply_values(PyObject* module, PyObject* const* args, Py_ssize_t nargs);
[[nodiscard]] PyObject* search(PyObject* module, PyObject* const* args, Py_ssize_t nargs);
[[nodiscard]] PyObject* compare(PyObject* module, PyObject* const* args, Py_ssize_t nargs);
[[nodiscard]] PyObject* opcodes_of(PyObject* module, PyObject* const* args, Py_ssize_t nargs);

}  // namespace mainstay::binding::diff
