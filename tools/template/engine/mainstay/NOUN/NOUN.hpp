// NOUN.hpp - sums of whole numbers that are right or refused. Includes all of the capability.
//
// Knows no Python, no clock and no thread. Values and free functions; the caller owns all memory.
#pragma once

#include "mainstay/NOUN/total.hpp"
