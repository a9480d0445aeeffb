// python.hpp - the one door to Python's headers. Nothing else in the tree includes <Python.h>.
#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <datetime.h>      // each file that uses it says PyDateTime_IMPORT once
#include <structmember.h>  // T_ and READONLY, part of Python.h itself since 3.12

static_assert(PY_VERSION_HEX >= 0x030A0000, "mainstay needs CPython 3.10 or newer");
