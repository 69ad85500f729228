dnl `phpize && ./configure && make` in this folder: the extension by PHP's own build, without an installed engine.
dnl Makefile.frag builds the engine with cmake from the parent folder, into engine/ of this build, and pushwire.so has it
dnl inside. What the engine needs is what `./dev setup build` installs. CMakeLists.txt builds the same extension.

PHP_ARG_ENABLE([pushwire], [whether to enable the WebSocket server Pushwire],
  [AS_HELP_STRING([--enable-pushwire], [Enable the WebSocket server Pushwire])], [yes])

if test "$PHP_PUSHWIRE" != "no"; then
  PHP_REQUIRE_CXX()
  AC_PATH_PROG([PUSHWIRE_CMAKE], [cmake], [no])
  if test "$PUSHWIRE_CMAKE" = "no"; then
    AC_MSG_ERROR([Pushwire needs cmake, which builds its engine.])
  fi
  AC_PATH_PROG([PUSHWIRE_PKG_CONFIG], [pkg-config], [no])
  if test "$PUSHWIRE_PKG_CONFIG" = "no"; then
    AC_MSG_ERROR([Pushwire needs pkg-config, which finds its libraries.])
  fi
  pushwire_libraries="libssl libcrypto simdjson zlib libdeflate liburing"
  for library in $pushwire_libraries; do
    if ! $PUSHWIRE_PKG_CONFIG --exists $library; then
      AC_MSG_ERROR([Pushwire needs $library: ../dev setup build installs what the engine stands on.])
    fi
  done

  PUSHWIRE_ENGINE_SOURCE=`cd $abs_srcdir/.. && pwd`
  PUSHWIRE_ENGINE_BUILD=$abs_builddir/engine
  pushwire_version=`$SED -n 's/^project(pushwire VERSION \([[0-9.]]*\).*/\1/p' $PUSHWIRE_ENGINE_SOURCE/CMakeLists.txt`

  pushwire_sources=`cd $abs_srcdir && echo *.cpp`
  PHP_NEW_EXTENSION(pushwire, $pushwire_sources, $ext_shared,,
    [-std=c++23 -fvisibility=hidden -fvisibility-inlines-hidden -DPUSHWIRE_VERSION='\"$pushwire_version\"'], cxx)
  PHP_ADD_INCLUDE([$PUSHWIRE_ENGINE_SOURCE/include])
  dnl All in one argument, whose order libtool leaves alone: the engine, then what it needs, and libgcc, by which it asks
  dnl what the processor can do, and which libtool leaves out. What the engine defines stays inside.
  pushwire_flags=`$PUSHWIRE_PKG_CONFIG --libs-only-L --libs-only-l $pushwire_libraries | $SED 's/^ *//; s/ *$//; s/  */,/g'`
  PUSHWIRE_SHARED_LIBADD="-Wl,$PUSHWIRE_ENGINE_BUILD/libpushwire.a,--exclude-libs,ALL,$pushwire_flags,-lpthread,-lgcc -lstdc++"
  PHP_SUBST(PUSHWIRE_SHARED_LIBADD)
  PHP_SUBST(PUSHWIRE_CMAKE)
  PHP_SUBST(PUSHWIRE_ENGINE_SOURCE)
  PHP_SUBST(PUSHWIRE_ENGINE_BUILD)
  PHP_ADD_MAKEFILE_FRAGMENT
fi
