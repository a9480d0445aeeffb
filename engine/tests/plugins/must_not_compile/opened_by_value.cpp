// opened_by_value.cpp - an open wrapper is kept by handle, so that keeping it cannot fail.
// expect: kept by handle
#include <string>

#include "mainstay/plugins/opened.hpp"

int main() {
#ifdef MUST_NOT_COMPILE
  mainstay::plugins::Opened<std::string> opened(1);
#else
  mainstay::plugins::Opened<const std::string*> opened(1);
#endif
  return static_cast<int>(opened.size());
}
