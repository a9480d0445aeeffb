// profile.cpp - where a program's time goes, by scopes, as a tree and for a flame graph.
//
// prints: main.*load.*parse.*main;load;parse 300000
#include <cstdio>
#include <string>

#include <mainstay/profile/profile.hpp>

namespace profile = mainstay::profile;

int main() {
  // A clock of our own, so that the report is always the same; by default it is the system's.
  double now = 0;
  profile::Profiler profiler("main", [&] { return now; });
  {
    const auto load = profiler.enter("load", __FILE__, __LINE__);
    now += 0.1;
    {
      const auto parse = profiler.enter("parse");
      now += 0.3;
    }
  }
  now += 0.2;
  std::printf("%s", profiler.text().c_str());
  const profile::Tree tree = profiler.tree();
  std::printf("%s", profile::folded_report(tree).c_str());
}
