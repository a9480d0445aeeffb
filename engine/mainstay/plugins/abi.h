/* abi.h - how a plugin that was compiled elsewhere joins: tables of plain C, and nothing else.
 *
 * A plugin is a shared object that exports one constant, a table named `mainstay_plugin` of type
 * mainstay_plugins_table; or a Python extension module that puts the address of such a table into a
 * capsule named MAINSTAY_PLUGINS_CAPSULE. The program that loads it (the host) checks the table and
 * calls `setup`, which hands over implementations of hooks by the hooks' names. The same plugin
 * serves a C++ program's hooks (manager.hpp) and a Python program's.
 *
 *   static int32_t twice(void* self, const mainstay_plugins_value* arguments, uint32_t count,
 *                        const mainstay_plugins_call* call) {
 *     mainstay_plugins_value result = arguments[0];
 *     result.as.integer *= 2;
 *     call->give(call, &result);
 *     return 0;
 *   }
 *
 * In C++, native.hpp writes these functions from lambdas.
 *
 * Who owns what: everything the host gives is the plugin's to read until the function it was given
 * to returns. Everything the plugin gives is copied before the function it gave it to returns, but
 * for function pointers and `self`: they must stay good until `teardown`, or until the library is
 * unloaded. No text needs a zero at its end unless it is a `const char*`.
 *
 * Threads: the host may call an implementation from several threads at once. setup is called once
 * by each manager that takes the plugin in; if it succeeds, teardown follows once, in the thread
 * that lets go last, after every call is over.
 *
 * Exceptions must not leave a function given here: there may be another language on the other side.
 *
 * Versions. `size` is the size of a table as its author compiled it. A table only ever grows at its
 * end, and a new minor version is a longer table: a host reads the fields it knows of a longer
 * table, and a plugin must look at `size` before it reads a field that came after 1.0. Whatever
 * else changes is a new major version, which an older or newer side refuses in words. Unknown
 * flags are refused, for they mean that something is wanted that would not happen.
 */
#ifndef MAINSTAY_PLUGINS_ABI_H
#define MAINSTAY_PLUGINS_ABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MAINSTAY_PLUGINS_MAGIC 0x5050534du /* "MSPP" in memory on a little-endian machine */
#define MAINSTAY_PLUGINS_MAJOR 1u
#define MAINSTAY_PLUGINS_MINOR 0u
#define MAINSTAY_PLUGINS_SYMBOL "mainstay_plugin"
#define MAINSTAY_PLUGINS_CAPSULE "mainstay.plugins.table"

/* What an argument or a result is. */
enum {
  MAINSTAY_PLUGINS_NOTHING = 0, /* no value; as a result: "nothing from me" */
  MAINSTAY_PLUGINS_BOOL = 1,    /* as.integer, 0 or 1 */
  MAINSTAY_PLUGINS_INTEGER = 2, /* as.integer */
  MAINSTAY_PLUGINS_NUMBER = 3,  /* as.number */
  MAINSTAY_PLUGINS_TEXT = 4,    /* as.text, UTF-8, may contain zeros */
  MAINSTAY_PLUGINS_OBJECT = 5   /* as.object, something only the host understands (in Python a
                                   PyObject*, borrowed); to be handed back or looked at by plugins
                                   that know this host. Given as a result the host takes its own
                                   reference. */
};

typedef struct mainstay_plugins_value {
  uint32_t kind;
  uint32_t reserved; /* zero */
  union {
    int64_t integer;
    double number;
    struct {
      const char* data;
      uint64_t size;
    } text;
    void* object;
  } as;
} mainstay_plugins_value;

/* One call, as the implementation sees it. Lives until the implementation returns, in its thread:
 * give and fail are called there and then. An implementation that knows Python may leave an
 * exception set instead of calling fail, if its host is a Python program. */
typedef struct mainstay_plugins_call {
  uint32_t size;
  uint32_t reserved;
  void* host; /* the host's own */
  /* Sets the result; the last one counts, none is NOTHING. */
  void (*give)(const struct mainstay_plugins_call* call, const mainstay_plugins_value* result);
  /* Says what went wrong, in UTF-8; to be followed by returning something else than 0. */
  void (*fail)(const struct mainstay_plugins_call* call, const char* message, uint64_t size);
} mainstay_plugins_call;

/* An implementation: 0 when it did its work, anything else when it failed. `arguments` are the
 * ones it asked for by name, in that order. */
typedef int32_t (*mainstay_plugins_function)(void* self, const mainstay_plugins_value* arguments,
                                             uint32_t count, const mainstay_plugins_call* call);

enum {
  MAINSTAY_PLUGINS_TRYFIRST = 1,
  MAINSTAY_PLUGINS_TRYLAST = 2,
  MAINSTAY_PLUGINS_OPTIONAL = 4 /* no error when the program has no such hook */
};

typedef struct mainstay_plugins_implementation {
  uint32_t size;
  uint32_t flags;
  const char* hook;
  const char* const* arguments; /* names; may be null when there are none */
  const char* const* before;    /* plugins to be called before; may be null */
  const char* const* after;
  uint32_t argument_count;
  uint32_t before_count;
  uint32_t after_count;
  uint32_t reserved;
  mainstay_plugins_function call;
  void* self; /* given to `call` as it is */
} mainstay_plugins_implementation;

/* What the host offers during setup. */
typedef struct mainstay_plugins_host {
  uint32_t magic;
  uint16_t major;
  uint16_t minor;
  uint32_t size;
  uint32_t reserved;
  void* host; /* the host's own */
  /* 0 when taken. Otherwise the host has noted why not, and setup should return what it got. */
  int32_t (*implement)(const struct mainstay_plugins_host* host,
                       const mainstay_plugins_implementation* implementation);
  /* Says why setup fails. */
  void (*fail)(const struct mainstay_plugins_host* host, const char* message, uint64_t size);
} mainstay_plugins_host;

/* The table a plugin exports. */
typedef struct mainstay_plugins_table {
  uint32_t magic;
  uint16_t major;
  uint16_t minor;
  uint32_t size;
  uint32_t reserved;
  const char* name;    /* the plugin's, not empty, UTF-8 */
  const char* version; /* of the plugin, for people; may be null */
  /* 0 when the plugin is ready. What it implemented before failing is forgotten. */
  int32_t (*setup)(const mainstay_plugins_host* host);
  void (*teardown)(void); /* may be null */
} mainstay_plugins_table;

/* What a plugin defines and the host never links to. */
#if defined(__GNUC__)
extern __attribute__((visibility("default"))) const mainstay_plugins_table mainstay_plugin;
#else
extern const mainstay_plugins_table mainstay_plugin;
#endif

#ifdef __cplusplus
}
#endif

#endif
