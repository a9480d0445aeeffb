// watch.hpp - file events below watched roots, none lost in silence: all of the engine.
//
//   auto reader = Reader::start();            // the thread
//   auto source = (*reader)->open();          // a queue of the kernel's
//   auto inbox = std::make_shared<Inbox>(64 << 20);
//   auto watch = (*source)->add({.path = "/srv/in", .recursive = true}, inbox).get();
//   inbox->wait(std::nullopt);                // then take(), and read the batch
//
// Programs with an event loop of their own use an Instance instead of Reader and Source.
#pragma once

#include "mainstay/watch/event.hpp"
#include "mainstay/watch/glob.hpp"
#include "mainstay/watch/ignore.hpp"
#include "mainstay/watch/inbox.hpp"
#include "mainstay/watch/instance.hpp"
#include "mainstay/watch/reader.hpp"
#include "mainstay/watch/snapshot.hpp"
