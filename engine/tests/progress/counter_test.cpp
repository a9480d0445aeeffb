#include <gtest/gtest.h>
TEST(Progress, IsThere) {}
