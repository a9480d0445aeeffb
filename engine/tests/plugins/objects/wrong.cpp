// wrong.cpp - one mistake per build: WRONG_<what> says which. Many builds, so nothing but the table
// is included.
#include <cstdint>

#include "mainstay/plugins/abi.h"

#if !defined(WRONG_no_table)

static mainstay_plugins_implementation good() {
  return {.size = sizeof(mainstay_plugins_implementation),
          .flags = 0,
          .hook = "tag",
          .arguments = nullptr,
          .before = nullptr,
          .after = nullptr,
          .argument_count = 0,
          .before_count = 0,
          .after_count = 0,
          .reserved = 0,
          .call = [](void*, const mainstay_plugins_value*, std::uint32_t,
                     const mainstay_plugins_call*) -> std::int32_t { return 0; },
          .self = nullptr};
}

#if defined(WRONG_unresolved)
extern "C" void nobody_defines_this();
#endif

static std::int32_t set_up(const mainstay_plugins_host* host) {
  [[maybe_unused]] auto one = good();
  [[maybe_unused]] static const char* const kNames[] = {"title", nullptr, "title"};
#if defined(WRONG_silent_setup)
  return 3;
#elif defined(WRONG_setup_with_words)
  host->fail(host, "the dictionary is missing", 25);
  return 1;
#elif defined(WRONG_null_implementation)
  return host->implement(host, nullptr);
#elif defined(WRONG_ignored_refusal)
  host->implement(host, nullptr);
  return 0;
#elif defined(WRONG_short_implementation)
  one.size = 8;
#elif defined(WRONG_no_hook)
  one.hook = "";
#elif defined(WRONG_null_function)
  one.call = nullptr;
#elif defined(WRONG_unknown_flags)
  one.flags = 1u << 20;
#elif defined(WRONG_missing_name)
  one.arguments = kNames;
  one.argument_count = 2;
#elif defined(WRONG_no_names)
  one.argument_count = 2;
#elif defined(WRONG_countless_names)
  one.argument_count = 0xffffffffu;
#elif defined(WRONG_repeated_name)
  static const char* const kTwice[] = {"title", "title"};
  one.arguments = kTwice;
  one.argument_count = 2;
#elif defined(WRONG_unknown_hook)
  one.hook = "tga";
#elif defined(WRONG_unknown_argument)
  static const char* const kTypo[] = {"tilte"};
  one.arguments = kTypo;
  one.argument_count = 1;
#elif defined(WRONG_unportable_hook)
  one.hook = "unportable";
#elif defined(WRONG_impossible_order)
  static const char* const kMyself[] = {"wrong"};
  one.before = kMyself;
  one.before_count = 1;
#elif defined(WRONG_second_hook)
  if (const auto no = host->implement(host, &one)) return no;
  one.hook = "tga";
#elif defined(WRONG_unresolved)
  nobody_defines_this();
#endif
  return host->implement(host, &one);
}

// A table of a later version: the same beginning, and more.
struct LongTable {
  mainstay_plugins_table table;
  const char* more[4];
};

static constexpr mainstay_plugins_table changed() {
  mainstay_plugins_table table{.magic = MAINSTAY_PLUGINS_MAGIC,
                               .major = MAINSTAY_PLUGINS_MAJOR,
                               .minor = MAINSTAY_PLUGINS_MINOR,
                               .size = sizeof(mainstay_plugins_table),
                               .reserved = 0,
                               .name = "wrong",
                               .version = nullptr,
                               .setup = set_up,
                               .teardown = nullptr};
#if defined(WRONG_magic)
  table.magic = 1;
#elif defined(WRONG_newer_major)
  table.major = 2;
#elif defined(WRONG_older_major)
  table.major = 0;
#elif defined(WRONG_short_table)
  table.size = 24;
#elif defined(WRONG_null_name)
  table.name = nullptr;
#elif defined(WRONG_empty_name)
  table.name = "";
#elif defined(WRONG_null_setup)
  table.setup = nullptr;
#elif defined(WRONG_not_newer_minor)
  table.minor = 9;
  table.size = sizeof(LongTable);
#elif defined(WRONG_lying_size)
  table.size = 4096;
#endif
  return table;
}

#if defined(WRONG_not_newer_minor)
// The symbol of the real name, with another type than the header's: it has more fields.
extern __attribute__((visibility("default"))) const LongTable long_table __asm__("mainstay_plugin");
const LongTable long_table = {changed(), {"new", "fields", "of", "1.9"}};
#elif defined(WRONG_other_symbol)
extern __attribute__((visibility("default"))) const char text[4] __asm__("mainstay_plugin");
const char text[4] = "MSP";
#else
const mainstay_plugins_table mainstay_plugin = changed();
#endif

#endif
