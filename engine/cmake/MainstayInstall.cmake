# Installs every library made by mainstay_library(), with a package that find_package(mainstay)
# understands: one component per noun, headers under include/mainstay/.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

get_property(MAINSTAY_COMPONENTS GLOBAL PROPERTY MAINSTAY_LIBRARIES)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/mainstay")

foreach(noun IN LISTS MAINSTAY_COMPONENTS)
  install(TARGETS mainstay_${noun} EXPORT mainstay-targets
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
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
