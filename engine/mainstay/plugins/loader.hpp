// loader.hpp - from a path to a plugin's table: opens shared objects, and only those.
//
// The path names a file (no search along the system's library path); it is opened with RTLD_NOW
// and RTLD_LOCAL, so that a plugin with missing symbols is refused at once and lends nothing to
// others. Opening runs the library's own initialisation: load what you trust.
//
// Errors: every way in which a file can be the wrong one, with its path; nothing stays open then.
// Thread safety: may be called from any thread.
#pragma once

#include <memory>
#include <string>

#include "mainstay/base/result.hpp"
#include "mainstay/plugins/offer.hpp"

namespace mainstay::plugins {

// An open shared object with a usable table. Nothing of the plugin but its initialisation has run.
struct Library {
  CheckedTable table;
  std::shared_ptr<const void> handle;  // closes with the last one
};

[[nodiscard]] Result<Library> open_library(const std::string& path);

// open_library() and set_up() in one.
[[nodiscard]] Result<Offers> load(const std::string& path);

}  // namespace mainstay::plugins
