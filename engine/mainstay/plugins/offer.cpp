// offer.cpp - reading tables from elsewhere, from the front, never past what they say they have.
#include "mainstay/plugins/offer.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <utility>

namespace mainstay::plugins {
namespace {

// More than any function takes; a count above it is a table that was filled in wrongly.
constexpr std::uint32_t kMostNames = 1000;
constexpr std::uint32_t kKnownFlags =
    MAINSTAY_PLUGINS_TRYFIRST | MAINSTAY_PLUGINS_TRYLAST | MAINSTAY_PLUGINS_OPTIONAL;

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

Error refuse(std::string_view origin, std::string_view why) {
  return {ErrorCode::invalid_argument, quoted(origin) + " is no plugin: " + std::string(why)};
}

std::string major_minor(std::uint32_t major, std::uint32_t minor) {
  return std::to_string(major) + "." + std::to_string(minor);
}

// What setup() hands over, until it returns.
struct Collecting {
  const CheckedTable& table;
  std::vector<Offer> offers;
  std::string why;       // of the last refusal, or what the plugin said itself
  bool refused = false;  // an implementation, whatever setup made of that
};

// Copies `count` names, or says which one is missing.
Result<std::vector<std::string>> names(const char* const* list, std::uint32_t count,
                                       std::string_view what) {
  if (count > kMostNames) {
    return Error{ErrorCode::invalid_argument,
                 std::to_string(count) + " " + std::string(what) + " are more than the " +
                     std::to_string(kMostNames) + " that are allowed; was the count set?"};
  }
  if (count > 0 && list == nullptr) {
    return Error{ErrorCode::invalid_argument, "it counts " + std::to_string(count) + " " +
                                                  std::string(what) + " but has no list of them"};
  }
  std::vector<std::string> copies;
  for (std::uint32_t at = 0; at < count; ++at) {
    if (list[at] == nullptr || *list[at] == '\0') {
      return Error{ErrorCode::invalid_argument, "number " + std::to_string(at + 1) + " of its " +
                                                    std::string(what) + " has no name"};
    }
    copies.emplace_back(list[at]);
  }
  return copies;
}

Result<Offer> copy(const CheckedTable& table, const mainstay_plugins_implementation* given) {
  const auto bad = [](std::string why) {
    return Error{ErrorCode::invalid_argument, std::move(why)};
  };
  if (given == nullptr)
    return bad("an implementation is a null pointer; give implement() the address of one");
  if (given->size < sizeof(mainstay_plugins_implementation)) {
    return bad("an implementation says it has " + std::to_string(given->size) +
               " bytes, wanted at least " +
               std::to_string(sizeof(mainstay_plugins_implementation)) +
               "; set its size to sizeof(mainstay_plugins_implementation)");
  }
  if (given->hook == nullptr || *given->hook == '\0') {
    return bad("an implementation does not say of which hook");
  }
  const std::string of = "the implementation of hook " + quoted(given->hook) + ": ";
  if (const std::uint32_t unknown = given->flags & ~kKnownFlags) {
    return bad(of + "flags " + std::to_string(unknown) + " are unknown to version " +
               major_minor(MAINSTAY_PLUGINS_MAJOR, MAINSTAY_PLUGINS_MINOR) +
               "; a newer mainstay may know them");
  }
  if (given->call == nullptr) return bad(of + "its function is a null pointer; set `call`");
  auto arguments = names(given->arguments, given->argument_count, "arguments");
  if (!arguments) return bad(of + arguments.error().message);
  auto before = names(given->before, given->before_count, "plugins to be before");
  if (!before) return bad(of + before.error().message);
  auto after = names(given->after, given->after_count, "plugins to be after");
  if (!after) return bad(of + after.error().message);
  auto sorted = *arguments;
  std::sort(sorted.begin(), sorted.end());
  if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end()) {
    return bad(of + "it asks twice for argument " + quoted(*twice));
  }
  return Offer{.hook = given->hook,
               .arguments = *std::move(arguments),
               .position = {.plugin = table.plugin,
                            .tryfirst = (given->flags & MAINSTAY_PLUGINS_TRYFIRST) != 0,
                            .trylast = (given->flags & MAINSTAY_PLUGINS_TRYLAST) != 0,
                            .before = *std::move(before),
                            .after = *std::move(after)},
               .optional = (given->flags & MAINSTAY_PLUGINS_OPTIONAL) != 0,
               .call = given->call,
               .self = given->self};
}

extern "C" {

// Nothing may be thrown through the plugin's frames, whose language we do not know.
static std::int32_t take_implementation(const mainstay_plugins_host* host,
                                        const mainstay_plugins_implementation* given) {
  auto& collecting = *static_cast<Collecting*>(host->host);
  try {
    auto offer = copy(collecting.table, given);
    if (offer) {
      collecting.offers.push_back(*std::move(offer));
      return 0;
    }
    collecting.refused = true;
    collecting.why = std::move(offer).error().message;
  } catch (const std::exception& error) {
    collecting.refused = true;
    collecting.why.clear();  // no memory for words either
  }
  return 1;
}

static void take_failure(const mainstay_plugins_host* host, const char* message,
                         std::uint64_t size) {
  try {
    static_cast<Collecting*>(host->host)->why.assign(message, message == nullptr ? 0 : size);
  } catch (const std::exception&) {  // the failure counts without its words
  }
}

}  // extern "C"

// Nothing may leave a setup (abi.h); of one that lets something out the host makes an error, as far
// as both sides share a C++ runtime.
std::int32_t run(const CheckedTable& table, const mainstay_plugins_host& host,
                 Collecting& collecting) {
  try {
    return table.setup(&host);
  } catch (const std::exception& error) {
    collecting.why = std::string("its setup threw: ") + error.what();
  } catch (...) {
    collecting.why = "its setup threw something that is no std::exception";
  }
  return 1;
}

// Ends a plugin: first its own teardown, then, by the member's destructor, its library.
struct Living {
  std::shared_ptr<const void> library;
  void (*teardown)() = nullptr;

  explicit Living(std::shared_ptr<const void> keeps) : library(std::move(keeps)) {}
  Living(const Living&) = delete;
  Living& operator=(const Living&) = delete;
  ~Living() {
    if (teardown == nullptr) return;
    try {
      teardown();
    } catch (...) {  // likewise; the plugin is gone, and nobody waits for an error
    }
  }
};

}  // namespace

Result<CheckedTable> check(std::span<const std::byte> bytes, std::string_view origin) {
  constexpr std::size_t kHeader = offsetof(mainstay_plugins_table, name);
  if (bytes.size() < kHeader) {
    return refuse(origin, "its table has " + std::to_string(bytes.size()) +
                              " bytes, which is not even a header");
  }
  mainstay_plugins_table table{};
  std::memcpy(&table, bytes.data(), kHeader);
  if (table.magic != MAINSTAY_PLUGINS_MAGIC) {
    return refuse(origin,
                  "its table does not begin with MAINSTAY_PLUGINS_MAGIC; something else "
                  "is exported under that name");
  }
  if (table.major != MAINSTAY_PLUGINS_MAJOR) {
    const bool newer = table.major > MAINSTAY_PLUGINS_MAJOR;
    return refuse(origin, "it was made for version " + major_minor(table.major, table.minor) +
                              " of the plugin tables, wanted " +
                              std::to_string(MAINSTAY_PLUGINS_MAJOR) + ".x; " +
                              (newer ? "use a newer mainstay" : "build it again") +
                              " or get the plugin for this version");
  }
  const std::size_t there = std::min<std::size_t>(bytes.size(), table.size);
  if (there < sizeof table) {
    return refuse(origin, "its table has " + std::to_string(there) + " bytes, wanted at least " +
                              std::to_string(sizeof table) +
                              "; set its size to sizeof(mainstay_plugins_table)");
  }
  std::memcpy(&table, bytes.data(), sizeof table);
  if (table.name == nullptr || *table.name == '\0')
    return refuse(origin, "it has no name; set `name` in its table");
  if (table.setup == nullptr) {
    return refuse(origin, "the setup of plugin " + quoted(table.name) +
                              " is a null pointer; set `setup` in its table");
  }
  return CheckedTable{.plugin = table.name,
                      .version = table.version == nullptr ? "" : table.version,
                      .origin = std::string(origin),
                      .setup = table.setup,
                      .teardown = table.teardown};
}

Result<Offers> set_up(const CheckedTable& table, std::shared_ptr<const void> library) {
  Collecting collecting{table, {}, {}};
  // The plugin gets nothing that outlives its setup.
  const mainstay_plugins_host host{.magic = MAINSTAY_PLUGINS_MAGIC,
                                   .major = MAINSTAY_PLUGINS_MAJOR,
                                   .minor = MAINSTAY_PLUGINS_MINOR,
                                   .size = sizeof(mainstay_plugins_host),
                                   .reserved = 0,
                                   .host = &collecting,
                                   .implement = &take_implementation,
                                   .fail = &take_failure};
  auto living = std::make_shared<Living>(std::move(library));
  const std::int32_t code = run(table, host, collecting);
  if (code == 0) living->teardown = table.teardown;  // its set-up succeeded, whatever we make of it
  if (code != 0 || collecting.refused) {
    return Error{
        ErrorCode::invalid_argument,
        "plugin " + quoted(table.plugin) + " of " + quoted(table.origin) +
            " could not be set up: " +
            (!collecting.why.empty() ? collecting.why
             : code == 0 ? "an implementation of it was refused, for want of memory"
                         : "it returned " + std::to_string(code) + " and did not say why")};
  }
  return Offers{.plugin = table.plugin,
                .version = table.version,
                .offers = std::move(collecting.offers),
                .keeps = std::move(living)};
}

}  // namespace mainstay::plugins
