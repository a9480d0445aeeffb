// cache.hpp - the whole of mainstay::cache in one include.
//
//   auto store = Store::open("/var/cache/app");                     // the folder must exist
//   auto hold = store->hold();                                      // waits, up to 60 s
//   hold->put(text_key("user:1"), {.value = {0, "Ada"}, .now = now()});
//   hold->release();
//   store->settle(0);                                               // upkeep without the lock
//   Reading reading;
//   if (*store->read(text_key("user:1"), reading)) use(reading->value.bytes);
//
// item.hpp: keys, values, tags. store.hpp: opening, reading. hold.hpp: changing, orders, batches.
// docs/internals/cache.md: the format, byte by byte.
#pragma once

#include "mainstay/cache/hold.hpp"
#include "mainstay/cache/item.hpp"
#include "mainstay/cache/options.hpp"
#include "mainstay/cache/store.hpp"
#include "mainstay/cache/value_file.hpp"
