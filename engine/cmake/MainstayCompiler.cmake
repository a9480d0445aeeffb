# How our own code is compiled: warnings, sanitizers, ccache. Nothing here reaches a consumer.

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

if(NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(MAINSTAY_CCACHE ccache)
  mark_as_advanced(MAINSTAY_CCACHE)
  if(MAINSTAY_CCACHE)
    # What was compiled in another directory counts too: a source distribution unpacked elsewhere,
    # another build of the same sources.
    # Objects made with a precompiled header are kept only where its time and macros may differ.
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
        "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        "${MAINSTAY_CCACHE}")
  endif()
endif()

# mainstay_compile_options(<target>): warnings and sanitizers for one of our own targets.
function(mainstay_compile_options target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor
    -Wold-style-cast -Woverloaded-virtual -Wimplicit-fallthrough -Wdouble-promotion
    # The arithmetic must give Python's floats bit by bit; a fused multiply-add would not.
    -ffp-contract=off)
  # GCC 12 sees overlapping copies in string concatenation that are not there (its bug 105651).
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(${target} PRIVATE -Wno-restrict)
  endif()
  if(MAINSTAY_DEVELOPER)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(MAINSTAY_ENGINE_FUZZ)
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
  mainstay_sanitize(${target})
endfunction()

# mainstay_sanitize(<target>): the sanitizers of MAINSTAY_SANITIZE for one of our own targets.
function(mainstay_sanitize target)
  if(MAINSTAY_SANITIZE)
    target_compile_options(${target} PRIVATE
      -fsanitize=${MAINSTAY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    # Instrumented code hides initialisations from GCC's flow analysis: it then warns of those
    # std::variant alternatives that are not active. The sanitizers themselves watch such reads.
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)
    endif()
    # A static library cannot carry the runtime, so whoever links it must.
    target_link_options(${target} PUBLIC -fsanitize=${MAINSTAY_SANITIZE})
  endif()
endfunction()

# mainstay_precompile(<target> HEADERS <header>...|REUSE_FROM <target>): what nearly all files of a
# target include is read once for all of them. Each file still includes what it uses: with
# CMAKE_DISABLE_PRECOMPILE_HEADERS all builds as well.
function(mainstay_precompile target)
  if(CMAKE_DISABLE_PRECOMPILE_HEADERS)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "REUSE_FROM" "HEADERS")
  if(arg_REUSE_FROM)
    target_precompile_headers(${target} REUSE_FROM ${arg_REUSE_FROM})
  else()
    target_precompile_headers(${target} PRIVATE ${arg_HEADERS})
  endif()
  # What ccache needs to know the object by its sources.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -fpch-preprocess)
  elseif(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  endif()
endfunction()
