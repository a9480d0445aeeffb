// result_by_reference.cpp - results are kept until the call is over; it says so before std::vector.
// expect: results are values; return a pointer for a reference
// never: stl_vector|__vector_base|allocator
#include "mainstay/plugins/hook.hpp"

namespace plugins = mainstay::plugins;

int main() {
#ifdef MUST_NOT_COMPILE
  plugins::Hook<int&(int)> hook;
#else
  plugins::Hook<int*(int)> hook;
#endif
  return static_cast<int>(sizeof hook == 0);
}
