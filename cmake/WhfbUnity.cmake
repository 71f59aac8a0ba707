# Compiles sources of a target together: much of what a build from nothing costs is the same in each.
# ./dev turns it on where there is no compiler cache, which is of more use with small sources; builds
# with one, and clang-tidy, hold that each source includes what it uses.
option(WHFB_UNITY "Compile sources of a target together" OFF)

# whfb_list_sources(FOLDER OUT): "TARGET;SOURCE" lines of every target of that folder and below it.
function(whfb_list_sources folder out)
  set(lines "")
  get_property(targets DIRECTORY "${folder}" PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    get_target_property(sources ${target} SOURCES)
    if(NOT type MATCHES "STATIC|EXECUTABLE" OR NOT sources)
      continue()
    endif()
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
    foreach(source IN LISTS sources)
      # Not what the build writes: it need not be there yet.
      if(NOT IS_ABSOLUTE "${source}" AND EXISTS "${folder}/${source}")
        get_filename_component(path "${source}" ABSOLUTE BASE_DIR "${folder}")
        string(APPEND lines "${target};${path}\n")
      endif()
    endforeach()
  endforeach()
  get_property(folders DIRECTORY "${folder}" PROPERTY SUBDIRECTORIES)
  foreach(below IN LISTS folders)
    whfb_list_sources("${below}" more)
    string(APPEND lines "${more}")
  endforeach()
  set(${out} "${lines}" PARENT_SCOPE)
endfunction()

if(WHFB_UNITY)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  set(manifest "")
  foreach(folder IN ITEMS scanner collectors rules db report samples tests)
    if(folder STREQUAL tests AND NOT WHFB_TESTS)
      continue()
    endif()
    whfb_list_sources("${PROJECT_SOURCE_DIR}/${folder}" lines)
    string(APPEND manifest "${lines}")
  endforeach()
  file(WRITE "${PROJECT_BINARY_DIR}/unity_manifest.txt" "${manifest}")
  execute_process(
    COMMAND ${Python3_EXECUTABLE} "${PROJECT_SOURCE_DIR}/cmake/unity_groups.py" "${PROJECT_SOURCE_DIR}"
    INPUT_FILE "${PROJECT_BINARY_DIR}/unity_manifest.txt"
    OUTPUT_VARIABLE groups OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  # GoogleTest makes classes with names outside from fixtures with names inside; that each source is
  # its own main file no longer tells the compiler so.
  target_compile_options(whfb_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  string(REPLACE ";" "|" groups "${groups}")
  string(REPLACE "\n" ";" groups "${groups}")
  set(deciding "${PROJECT_SOURCE_DIR}/cmake/unity_groups.py")
  foreach(line IN LISTS groups)
    string(REPLACE "|" ";" parts "${line}")
    list(GET parts 0 target)
    list(GET parts 1 source)
    list(GET parts 2 group)
    list(APPEND deciding "${source}")
    set_source_files_properties("${source}" TARGET_DIRECTORY ${target} PROPERTIES UNITY_GROUP "${target}_${group}")
  endforeach()
  # The names in a source decide with what it goes.
  list(REMOVE_DUPLICATES deciding)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${deciding})
endif()
