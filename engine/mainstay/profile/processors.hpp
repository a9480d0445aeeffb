// processors.hpp - what makes a call tree shorter before it is written.
//
// Each changes the tree in place and leaves the sum of its times as it is. The order of calls
// matters as the names say; that of reports is: importlib, tracebackhide, merge, aggregate,
// irrelevant, unnecessary, command line, groups. The caller holds the tree's store.
#pragma once

#include "mainstay/profile/tree.hpp"

namespace mainstay::profile {

// Removes the frames of Python's import system; what they call stays.
void remove_importlib(Tree& tree);
// Removes the frames that ask for it ("h1").
void remove_hidden(Tree& tree);
// Makes one [self] of those that follow each other.
void merge_consecutive_self_time(Tree& tree);
// Makes one node of all calls of a function from one place; the longest come first.
void aggregate_repeated_calls(Tree& tree);
// Removes nodes with less than this share of the time.
void remove_irrelevant(Tree& tree, double threshold = 0.01);
// Lets nodes absorb a [self] that is their only child.
void remove_unnecessary_self_time(Tree& tree);
// Makes the program the root where a profiler's command line ran it.
void remove_command_line(Tree& tree);
// Groups frames that are not to be seen: those of libraries, unless file facts say otherwise. The
// caller names the groups.
void group_library_frames(Tree& tree);

}  // namespace mainstay::profile
