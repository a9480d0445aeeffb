// profile.hpp - what a program's time goes to: samples of its call stack, summed up and written.
//
// A Recording keeps samples as numbers of stacks (recording.hpp); a Tree is what they say together
// (tree.hpp), processors make it shorter (processors.hpp), reports write it (reports.hpp).
// Profiler is all of it for a C++ program that says itself where it is (profiler.hpp). Nothing here
// walks a stack: the caller says what is on it. ClockThread keeps the time for callers that read it
// millions of times a second (clock_thread.hpp).
#pragma once

#include "mainstay/profile/clock_thread.hpp"
#include "mainstay/profile/names.hpp"
#include "mainstay/profile/processors.hpp"
#include "mainstay/profile/profiler.hpp"
#include "mainstay/profile/recording.hpp"
#include "mainstay/profile/reports.hpp"
#include "mainstay/profile/tree.hpp"
