// glob_test.cpp - which paths patterns match, in each dialect.
#include "mainstay/watch/glob.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mainstay::watch {
namespace {

bool full(const char* pattern, const char* path, bool fold = false) {
  Globs globs;
  EXPECT_TRUE(globs.add(pattern, Dialect::full, fold));
  return globs.matches(path);
}

bool tail(const char* pattern, const char* path) {
  Globs globs;
  EXPECT_TRUE(globs.add(pattern, Dialect::tail, false));
  return globs.matches(path);
}

TEST(Glob, MatchesWholePaths) {
  EXPECT_TRUE(full("**/*.py", "/users/me/a.py"));
  EXPECT_TRUE(full("**/*.py", "a.py"));
  EXPECT_TRUE(full("*.py", "a.py"));
  EXPECT_FALSE(full("*.py", "/users/me/a.py"));
  EXPECT_FALSE(full("*.py", "me/a.py"));
  EXPECT_TRUE(full("**", "/any/thing"));
  EXPECT_TRUE(full("**", "/"));
  EXPECT_TRUE(full("/users/*/a.py", "/users/me/a.py"));
  EXPECT_FALSE(full("/users/*/a.py", "/users/me/too/a.py"));
  EXPECT_TRUE(full("/users/**/a.py", "/users/a.py"));
  EXPECT_TRUE(full("/users/**/a.py", "/users/me/too/a.py"));
}

TEST(Glob, TakesTheRootForNoFolder) { EXPECT_FALSE(full("**/*.py", "/a.py")); }

TEST(Glob, NeedsSomethingBelowAFolderThatEndsInStars) {
  EXPECT_TRUE(full("a/**", "a/b/c"));
  EXPECT_FALSE(full("a/**", "a"));
  EXPECT_FALSE(full("a/*", "a"));
}

TEST(Glob, TriesLaterPlacesForWhatFollowsStars) {
  EXPECT_TRUE(full("**/a/*/b/**/c", "x/a/b/a/y/b/c"));
  EXPECT_FALSE(full("**/a/*/b/**/c", "x/a/b/a/y/z/c"));
  EXPECT_TRUE(full("*a*b*c", "xxaxbxbxc"));
  EXPECT_FALSE(full("*a*b*c", "xxbxaxc"));
}

TEST(Glob, KnowsClassesAndUnicode) {
  EXPECT_TRUE(full("file[0-9].py", "file3.py"));
  EXPECT_FALSE(full("file[0-9].py", "filea.py"));
  EXPECT_TRUE(full("[!a]b", "cb"));
  EXPECT_FALSE(full("[!a]b", "ab"));
  EXPECT_TRUE(full("[[]test].txt", "[test].txt"));
  EXPECT_TRUE(full("[]-a]", "]"));
  EXPECT_TRUE(full("open[", "open["));
  EXPECT_TRUE(full("?.py", "\xE2\x98\x83.py"));  // one snowman
  EXPECT_FALSE(full("??.py", "\xE2\x98\x83.py"));
  EXPECT_TRUE(full("?.py", "\xFF.py"));  // a byte that is no UTF-8
  EXPECT_TRUE(full("[\xC3\xA0-\xC3\xBC]", "\xC3\xA9"));
}

TEST(Glob, FoldsCaseAndSeparatesAtBackslashes) {
  EXPECT_TRUE(full("**/*.PY", "/users/Me/a.py", true));
  EXPECT_TRUE(full("**/*.py", "\\users\\me\\A.PY", true));
  EXPECT_FALSE(full("**/*.PY", "/users/me/a.py", false));
}

TEST(Glob, MatchesTheEndInTheOldDialect) {
  EXPECT_TRUE(tail("*.py", "/users/me/a.py"));
  EXPECT_TRUE(tail("me/*.py", "/users/me/a.py"));
  EXPECT_FALSE(tail("you/*.py", "/users/me/a.py"));
  EXPECT_TRUE(tail("**/*.py", "me/a.py"));
  EXPECT_FALSE(tail("**/*.py", "a.py"));
  EXPECT_TRUE(tail("/users/*", "/users/me"));
  EXPECT_FALSE(tail("/users/*", "/srv/users/me"));
}

TEST(Glob, RefusesWhatIsEmptyOrTooLong) {
  EXPECT_FALSE(Glob::compile("", Dialect::tail, false));
  EXPECT_FALSE(Glob::compile(std::string(70'000, 'a'), Dialect::full, false));
}

TEST(Glob, TakesPathsOfManySegments) {
  std::string path;
  for (int i = 0; i < 500; ++i) path += "d/";
  EXPECT_TRUE(full("**/x", (path + "x").c_str()));
  EXPECT_FALSE(full("**/x", (path + "y").c_str()));
}

}  // namespace
}  // namespace mainstay::watch
