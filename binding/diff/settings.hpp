// settings.hpp - `Settings`: how a walk compares, read once from Python.
#pragma once

#include "binding/support/ref.hpp"
#include "mainstay/diff/options.hpp"

namespace mainstay::binding::diff {

struct Settings {
  mainstay::diff::Options options;
  bool ignore_private_variables = true;
  bool ignore_nan_inequality = false;
  // What Python is asked about, beside objects that are of no built-in type.
  bool ask_operators = false, ask_lists = false;
  bool special_scalars = false, special_types = false, special_keys = false, special_union = false;
  bool special_digests = false, special_distances = false;
  Ref exclude_paths;           // frozenset of path texts, or None
  Ref skip_pair, skip_report;  // callables, or None
  Ref equal_types;             // frozenset of exact types for which == says all
  Ref simple_types;            // tuple of types whose lists are aligned
  Ref node_type, set_type;
  Ref absent;  // what stands for a value that is not there
  Ref entry_relation, attribute_relation, item_relation, plain_relation, member_relation,
      array_relation;
  Ref decimal_type;

  void each_reference(auto visit) {
    for (Ref* each :
         {&exclude_paths, &skip_pair, &skip_report, &equal_types, &simple_types, &node_type,
          &set_type, &absent, &entry_relation, &attribute_relation, &item_relation, &plain_relation,
          &member_relation, &array_relation, &decimal_type}) {
      visit(*each);
    }
  }
};

}  // namespace mainstay::binding::diff
