# Precompiled headers: of the standard library, JSON and what most readers and collectors include, and
# the same with GoogleTest. They halve what a build from nothing costs. ./dev turns them on where there
# is no compiler cache, which does not see through them; builds with one, and clang-tidy, hold that each
# source includes what it uses.
option(WHFB_PCH "Precompile the headers that most sources include" OFF)

set(WHFB_PCH_HEADERS
  <algorithm> <array> <charconv> <filesystem> <functional> <map> <memory> <optional> <set> <span>
  <string> <string_view> <unordered_map> <vector> <nlohmann/json.hpp>
  "${PROJECT_SOURCE_DIR}/collectors/collector.h" "${PROJECT_SOURCE_DIR}/collectors/readers/reader.h"
  "${PROJECT_SOURCE_DIR}/collectors/readers/small_records.h" "${PROJECT_SOURCE_DIR}/scanner/core/ascii_text.h")

function(whfb_add_pch name)
  file(CONFIGURE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp" CONTENT "")
  add_library(${name} OBJECT "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp")
  target_link_libraries(${name} PRIVATE whfb_options ${ARGN})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_precompile_headers(${name} PRIVATE ${WHFB_PCH_HEADERS})
endfunction()

# whfb_reuse_pch(FOLDER): every target of that folder and below it, but for the few below tests/ that
# are no GoogleTest: they have neither the options of the one nor those of the other.
function(whfb_reuse_pch folder)
  get_property(targets DIRECTORY "${folder}" PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    get_target_property(libraries ${target} LINK_LIBRARIES)
    if(NOT type MATCHES "STATIC|OBJECT|EXECUTABLE")
      continue()
    endif()
    if(libraries MATCHES "GTest")
      target_precompile_headers(${target} REUSE_FROM whfb_test_pch)
    elseif(NOT folder MATCHES "/tests/")
      target_precompile_headers(${target} REUSE_FROM whfb_pch)
    endif()
  endforeach()
  get_property(folders DIRECTORY "${folder}" PROPERTY SUBDIRECTORIES)
  foreach(below IN LISTS folders)
    whfb_reuse_pch("${below}")
  endforeach()
endfunction()

if(WHFB_PCH)
  # GCC 12 no longer knows system headers for what they are when they come precompiled, and its known
  # false positives on std::string come through (GCC bugs 105329, 105651).
  target_compile_options(whfb_options INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread>)
  whfb_add_pch(whfb_pch)
  set(pch_folders scanner collectors rules db report samples fuzz)
  if(WHFB_TESTS)
    whfb_add_pch(whfb_test_pch GTest::gtest)
    target_precompile_headers(whfb_test_pch PRIVATE <gtest/gtest.h>)
    target_compile_options(whfb_test_pch PRIVATE ${WHFB_TEST_OPTIONS})
    list(APPEND pch_folders tests)
  endif()
  foreach(folder IN LISTS pch_folders)
    whfb_reuse_pch("${PROJECT_SOURCE_DIR}/${folder}")
  endforeach()
endif()
