// walk_with_half_a_host.cpp - a host that opens wrappers has to close them.
// expect: no matching function|constraints not satisfied
#include <array>

#include "mainstay/plugins/walk.hpp"

using mainstay::plugins::Next;

struct Host {
  bool is_wrapper(const int&) { return true; }
  Next open(const int&) { return Next::go_on; }
  Next call(const int&) { return Next::go_on; }
#ifndef MUST_NOT_COMPILE
  void close(std::size_t) {}
#endif
};

int main() {
  Host host;
  return mainstay::plugins::walk(std::array<int, 1>{1}, host) == Next::go_on ? 0 : 1;
}
