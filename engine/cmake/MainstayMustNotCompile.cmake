# mainstay_must_not_compile(<noun>): two tests for each file of must_not_compile/, called in tests/<noun>/.
# The file compiles as it is, and does not with MUST_NOT_COMPILE defined; the compiler then has to
# say what the file's `// expect: REGEX` line promises, and nothing of what a `// never: REGEX` line,
# if there is one, rules out. The capability's header is compiled once for all of them, as a test
# that they require.

function(mainstay_must_not_compile noun)
  file(GLOB files CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/must_not_compile/*.cpp")
  if(NOT files)
    message(FATAL_ERROR "tests/${noun}/must_not_compile has no .cpp file; add one or drop the call")
  endif()
  set(compile "${CMAKE_CXX_COMPILER}" -std=c++20 "-I${mainstay_engine_SOURCE_DIR}")
  set(header "${CMAKE_CURRENT_BINARY_DIR}/must_not_compile.hpp")
  file(GENERATE OUTPUT "${header}" CONTENT "#include \"mainstay/${noun}/${noun}.hpp\"\n")
  set(precompiled -include "${header}")
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    set(precompiled -include-pch "${header}.gch")
  endif()
  add_test(NAME "${noun}.MustNotCompile" COMMAND ${compile} -x c++-header "${header}" -o "${header}.gch")
  set_tests_properties("${noun}.MustNotCompile" PROPERTIES FIXTURES_SETUP "${noun}.MustNotCompile")
  foreach(file IN LISTS files)
    cmake_path(GET file STEM name)
    file(STRINGS "${file}" expected REGEX "^// expect: " LIMIT_COUNT 1)
    string(REPLACE "// expect: " "" expected "${expected}")
    if(expected STREQUAL "")
      message(FATAL_ERROR "${file} has no '// expect: REGEX' line; add what the compiler says")
    endif()
    file(STRINGS "${file}" never REGEX "^// never: " LIMIT_COUNT 1)
    string(REPLACE "// never: " "" never "${never}")
    set(command ${compile} ${precompiled} -fsyntax-only "${file}")
    add_test(NAME "${noun}.MustNotCompile.${name}.compiles" COMMAND ${command})
    add_test(NAME "${noun}.MustNotCompile.${name}" COMMAND ${command} -DMUST_NOT_COMPILE)
    set_tests_properties("${noun}.MustNotCompile.${name}" PROPERTIES
      PASS_REGULAR_EXPRESSION "error: .*(${expected})" TIMEOUT 120)
    set_tests_properties("${noun}.MustNotCompile.${name}" "${noun}.MustNotCompile.${name}.compiles"
      PROPERTIES FIXTURES_REQUIRED "${noun}.MustNotCompile")
    if(NOT never STREQUAL "")
      set_tests_properties("${noun}.MustNotCompile.${name}" PROPERTIES
        FAIL_REGULAR_EXPRESSION "${never}")
    endif()
  endforeach()
endfunction()
