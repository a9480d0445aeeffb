# cmake -P: installs an engine into a fresh prefix, then configures, builds and runs a project that
# finds it there. Wants WORK (a folder of its own), CONSUMER_COMPILER and either
#   BUILD (a build tree to install from)  or
#   ENGINE and ENGINE_COMPILER (sources to build first).
cmake_minimum_required(VERSION 3.24...4.0)

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(NOT result EQUAL 0)
    list(JOIN ARGV " " command)
    message(FATAL_ERROR "${command}\nended with ${result}:\n${out}")
  endif()
endfunction()

file(REMOVE_RECURSE "${WORK}")
if(ENGINE)
  set(BUILD "${WORK}/engine")
  run("${CMAKE_COMMAND}" -G Ninja -S "${ENGINE}" -B "${BUILD}" -DCMAKE_BUILD_TYPE=Release
    "-DCMAKE_CXX_COMPILER=${ENGINE_COMPILER}")
  run("${CMAKE_COMMAND}" --build "${BUILD}" --parallel 2)
endif()
run("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${WORK}/prefix")
run("${CMAKE_COMMAND}" -G Ninja -S "${CMAKE_CURRENT_LIST_DIR}/project" -B "${WORK}/consumer"
  "-DCMAKE_CXX_COMPILER=${CONSUMER_COMPILER}" "-DCMAKE_PREFIX_PATH=${WORK}/prefix"
  -DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF)
run("${CMAKE_COMMAND}" --build "${WORK}/consumer")
run("${WORK}/consumer/consumer")

find_program(PKG_CONFIG NAMES pkg-config pkgconf)
if(PKG_CONFIG)
  file(GLOB_RECURSE described "${WORK}/prefix/*mainstay-retry.pc")
  cmake_path(GET described PARENT_PATH folder)
  set(ENV{PKG_CONFIG_PATH} "${folder}")
  execute_process(COMMAND "${PKG_CONFIG}" --cflags --libs mainstay-plugins mainstay-retry
    OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(flags)
  run("${CONSUMER_COMPILER}" -std=c++20 -Wall -Werror "${CMAKE_CURRENT_LIST_DIR}/project/plain.cpp"
    ${flags} -o "${WORK}/plain")
  run("${WORK}/plain")
endif()
