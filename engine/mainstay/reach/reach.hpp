#pragma once
#include "mainstay/reach/run.hpp"
