// progress.hpp - bars: counting, rates, the text of a line, and a bar for C++ programs.
#pragma once

#include "mainstay/progress/bar.hpp"
#include "mainstay/progress/count.hpp"
#include "mainstay/progress/counter.hpp"
#include "mainstay/progress/meter.hpp"
#include "mainstay/progress/rate.hpp"
#include "mainstay/progress/texts.hpp"
#include "mainstay/progress/width.hpp"
