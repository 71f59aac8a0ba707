# Warnings and hardening for our own targets; third-party headers stay SYSTEM.
option(WHFB_WERROR "Warnings are errors" ON)
set(WHFB_SANITIZE "" CACHE STRING "Sanitizers for every target, e.g. address,undefined")

add_library(whfb_options INTERFACE)
target_compile_features(whfb_options INTERFACE cxx_std_20)
target_compile_options(whfb_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wformat=2 -Wimplicit-fallthrough
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op>
  $<$<BOOL:${WHFB_WERROR}>:-Werror>)
target_compile_definitions(whfb_options INTERFACE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)

if(WHFB_SANITIZE)
  add_compile_options(-fsanitize=${WHFB_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${WHFB_SANITIZE})
endif()

# The sources of tests are not optimised: a third of all that is compiled, and none of what is tested.
set(WHFB_TEST_OPTIONS -O0)
