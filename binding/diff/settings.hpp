// settings.hpp - `Settings`: how a walk compares, read once from Python.
#pragma once

#include "binding/support/ref.hpp"
#include "mainstay/diff/options.hpp"

namespace mainstay::binding::diff {

struct Settings {
  mainstay::diff::Options options;
  bool ignore_private_variables = true;
  bool ignore_nan_inequality = false;
  bool special_scalars = false;
  bool special_types = false;
  bool numbers_at_once = false;
  Ref equal_types;   // frozenset of exact types for which == says all
  Ref simple_types;  // tuple of types whose lists are aligned
  Ref node_type, set_type;
  Ref absent;  // what stands for a value that is not there
  Ref entry_relation, item_relation, member_relation;
  Ref decimal_type;

  void each_reference(auto visit) {
    for (Ref* each : {&equal_types, &simple_types, &node_type, &set_type, &absent, &entry_relation,
                      &item_relation, &member_relation, &decimal_type}) {
      visit(*each);
    }
  }
};

}  // namespace mainstay::binding::diff
