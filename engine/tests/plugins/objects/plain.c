/* plain.c - a plugin in C99, with state, a teardown, and every kind of value. */
#include "mainstay/plugins/abi.h"

#include <string.h>

/* Where the program that loads this hears of its end. */
static int* teardowns;

/* note(counter): keeps the address of an int that counts teardowns. */
static int32_t note(void* self, const mainstay_plugins_value* arguments, uint32_t count,
                    const mainstay_plugins_call* call) {
  (void)self, (void)count, (void)call;
  teardowns = arguments[0].as.object;
  return 0;
}

/* echo(value): gives back what came; fails at the texts "fail" and "zero", gives no text at "null",
 * one of which the size cannot be at "long", and at "anew" no text first and then what came. */
static int32_t echo(void* self, const mainstay_plugins_value* arguments, uint32_t count,
                    const mainstay_plugins_call* call) {
  static const char why[] = "told to";
  const mainstay_plugins_value* value = arguments;
  (void)self;
  if (count == 1 && value->kind == MAINSTAY_PLUGINS_TEXT && value->as.text.size == 4 &&
      memcmp(value->as.text.data, "fail", 4) == 0) {
    call->fail(call, why, sizeof why - 1);
    return 1;
  }
  if (count == 1 && value->kind == MAINSTAY_PLUGINS_TEXT && value->as.text.size == 4 &&
      memcmp(value->as.text.data, "mute", 4) == 0) {
    return 7;
  }
  if (count == 1 && value->kind == MAINSTAY_PLUGINS_TEXT && value->as.text.size == 4 &&
      memcmp(value->as.text.data, "zero", 4) == 0) {
    static const char zero[] = "before\0after";
    call->fail(call, zero, sizeof zero - 1);
    return 1;
  }
  if (count == 1 && value->kind == MAINSTAY_PLUGINS_TEXT && value->as.text.size == 4 &&
      memcmp(value->as.text.data, "null", 4) == 0) {
    mainstay_plugins_value text = *value;
    text.as.text.data = 0;
    text.as.text.size = 48;
    call->give(call, &text);
    return 0;
  }
  if (count == 1 && value->kind == MAINSTAY_PLUGINS_TEXT && value->as.text.size == 4 &&
      memcmp(value->as.text.data, "long", 4) == 0) {
    mainstay_plugins_value text = *value;
    text.as.text.size = ~(uint64_t)0;
    call->give(call, &text);
    return 0;
  }
  if (count == 1 && value->kind == MAINSTAY_PLUGINS_TEXT && value->as.text.size == 4 &&
      memcmp(value->as.text.data, "anew", 4) == 0) {
    mainstay_plugins_value text = *value;
    text.as.text.data = 0;
    call->give(call, &text);
  }
  call->give(call, value);
  return 0;
}

/* answer(): gives the integer that `self` points to. */
static int32_t answer(void* self, const mainstay_plugins_value* arguments, uint32_t count,
                      const mainstay_plugins_call* call) {
  mainstay_plugins_value value;
  (void)arguments, (void)count;
  memset(&value, 0, sizeof value);
  value.kind = MAINSTAY_PLUGINS_INTEGER;
  value.as.integer = *(const int*)self;
  call->give(call, &value);
  return 0;
}

static int32_t set_up(const mainstay_plugins_host* host) {
  static const char* const value[] = {"value"};
  static const char* const hooks[] = {"echo", "echo_integer", "echo_number", "echo_bool",
                                      "echo_object"};
  static int self = 42;
  mainstay_plugins_implementation one;
  size_t at;
  int32_t no;
  memset(&one, 0, sizeof one);
  one.size = sizeof one;
  one.flags = MAINSTAY_PLUGINS_OPTIONAL;
  one.arguments = value;
  one.argument_count = 1;
  one.call = echo;
  for (at = 0; at < sizeof hooks / sizeof *hooks; ++at) {
    one.hook = hooks[at];
    if ((no = host->implement(host, &one)) != 0) return no;
  }
  one.hook = "note";
  one.call = note;
  if ((no = host->implement(host, &one)) != 0) return no;
  one.hook = "answer";
  one.argument_count = 0;
  one.call = answer;
  one.self = &self;
  return host->implement(host, &one);
}

static void tear_down(void) {
  if (teardowns != 0) ++*teardowns;
}

const mainstay_plugins_table mainstay_plugin = {MAINSTAY_PLUGINS_MAGIC,
                                                MAINSTAY_PLUGINS_MAJOR,
                                                MAINSTAY_PLUGINS_MINOR,
                                                sizeof(mainstay_plugins_table),
                                                0,
                                                "plain",
                                                0,
                                                set_up,
                                                tear_down};
