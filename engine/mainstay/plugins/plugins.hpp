// plugins.hpp - hooks that others implement: typed calls, an order, libraries that join later.
//
// A Hook is a place where behaviour is added; a call asks everybody who registered and makes one
// answer of their results. A Manager knows plugins by name and loads them from shared objects. Any
// thread may call, register and remove at any time: a call works on an immutable snapshot.
//
//   plugins::Hook<std::optional<Tag>(const Record&)> tag{"tag", {"record"}};
//   auto connection = tag.add([](const Record& r) { return look_up(r); });
//   std::vector<Tag> tags = tag(record);
//
// From the inside out:
#pragma once

// clang-format off: reading order, not alphabet
#include "mainstay/plugins/rank.hpp"        // where a new implementation enters
#include "mainstay/plugins/arrange.hpp"     // before and after
#include "mainstay/plugins/walk.hpp"        // the order of one call
#include "mainstay/plugins/opened.hpp"      // room for what a call has opened
#include "mainstay/plugins/combiner.hpp"    // what becomes of the results
#include "mainstay/plugins/position.hpp"    // what an implementation asks for
#include "mainstay/plugins/connection.hpp"  // a registration, held
#include "mainstay/plugins/hook.hpp"        // the typed call
#include "mainstay/plugins/switches.hpp"    // who is not wanted
#include "mainstay/plugins/portable.hpp"    // which types cross a table
#include "mainstay/plugins/offer.hpp"       // what a table offers
#include "mainstay/plugins/loader.hpp"      // from a file to a table
#include "mainstay/plugins/manager.hpp"     // plugins by name
// clang-format on
// Not part of it: abi.h and native.hpp, for those who write plugins that are loaded.
