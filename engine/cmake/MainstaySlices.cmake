# mainstay_add_slices(<folder>): adds every <folder>/<noun>/ that has a CMakeLists.txt.
# A capability is registered by being there: no list of nouns stands in any CMake file.
# MAINSTAY_CAPABILITIES, where set, names the ones to build; what they need must be among them.

function(mainstay_add_slices folder)
  file(GLOB lists CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*/CMakeLists.txt")
  foreach(list IN LISTS lists)
    cmake_path(GET list PARENT_PATH slice)
    cmake_path(GET slice FILENAME noun)
    if(NOT MAINSTAY_CAPABILITIES OR noun STREQUAL "base" OR noun IN_LIST MAINSTAY_CAPABILITIES)
      cmake_path(RELATIVE_PATH slice)
      add_subdirectory("${slice}")
    endif()
  endforeach()
endfunction()
