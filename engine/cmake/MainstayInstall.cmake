# Installs every library made by mainstay_library(), with a package that find_package(mainstay)
# understands, and what pkg-config does: one component, and one mainstay-<noun>.pc, per noun; headers
# under include/mainstay/. All of it may be moved, or installed by `cmake --install --prefix`.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

get_property(MAINSTAY_COMPONENTS GLOBAL PROPERTY MAINSTAY_LIBRARIES)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/mainstay")

foreach(noun IN LISTS MAINSTAY_COMPONENTS)
  install(TARGETS mainstay_${noun} EXPORT mainstay-targets
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
endforeach()

file(RELATIVE_PATH up "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
foreach(noun IN LISTS MAINSTAY_COMPONENTS)
  get_target_property(needs mainstay_${noun} INTERFACE_LINK_LIBRARIES)
  set(requires "")
  set(links "")
  foreach(need IN LISTS needs)
    if(need MATCHES "^mainstay::(.+)$")
      list(APPEND requires "mainstay-${CMAKE_MATCH_1}")
    elseif(need)
      list(APPEND links "-l${need}")
    endif()
  endforeach()
  list(JOIN requires ", " requires)
  list(JOIN links " " links)
  configure_file("${CMAKE_CURRENT_LIST_DIR}/mainstay-noun.pc.in"
    "${CMAKE_CURRENT_BINARY_DIR}/mainstay-${noun}.pc" @ONLY)
  install(FILES "${CMAKE_CURRENT_BINARY_DIR}/mainstay-${noun}.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endforeach()

install(EXPORT mainstay-targets NAMESPACE mainstay:: DESTINATION "${package_dir}")

configure_package_config_file(
  "${CMAKE_CURRENT_LIST_DIR}/mainstay-config.cmake.in"
  "${CMAKE_CURRENT_BINARY_DIR}/mainstay-config.cmake"
  INSTALL_DESTINATION "${package_dir}")
# Before 1.0 a minor version may break its users.
write_basic_package_version_file(
  "${CMAKE_CURRENT_BINARY_DIR}/mainstay-config-version.cmake"
  VERSION "${PROJECT_VERSION}" COMPATIBILITY SameMinorVersion)
install(FILES
  "${CMAKE_CURRENT_BINARY_DIR}/mainstay-config.cmake"
  "${CMAKE_CURRENT_BINARY_DIR}/mainstay-config-version.cmake"
  DESTINATION "${package_dir}")
