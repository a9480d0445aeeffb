# mainstay_library(<noun> HEADERS ... SOURCES ... [NEEDS <noun>...])
# Defines mainstay_<noun> (alias mainstay::<noun>) from the files of mainstay/<noun>/, where it is called.

function(mainstay_library noun)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "HEADERS;SOURCES;NEEDS")
  set(target mainstay_${noun})
  list(TRANSFORM arg_HEADERS PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
  list(TRANSFORM arg_SOURCES PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")

  add_library(${target} STATIC)
  add_library(mainstay::${noun} ALIAS ${target})
  target_sources(${target}
    PRIVATE ${arg_SOURCES}
    PUBLIC FILE_SET HEADERS BASE_DIRS "${mainstay_engine_SOURCE_DIR}" FILES ${arg_HEADERS})
  target_compile_features(${target} PUBLIC cxx_std_20)
  list(TRANSFORM arg_NEEDS PREPEND "mainstay::" OUTPUT_VARIABLE needs)
  target_link_libraries(${target} PUBLIC ${needs})
  # Position independent because the Python binding links these archives into one shared object;
  # no link-time optimisation because the other compiler must be able to link them.
  set_target_properties(${target} PROPERTIES
    EXPORT_NAME ${noun}
    CXX_EXTENSIONS OFF
    POSITION_INDEPENDENT_CODE ON
    INTERPROCEDURAL_OPTIMIZATION OFF)
  mainstay_compile_options(${target})
  set_property(GLOBAL APPEND PROPERTY MAINSTAY_LIBRARIES ${noun})
endfunction()
