# SPDX-License-Identifier: Apache-2.0
# The package's version tells the two Debians apart, and an upgrade of Debian upgrades the package.
set(WIREGAP_PACKAGE_RELEASE 1)
file(STRINGS /etc/os-release os_release REGEX "^VERSION_ID=")
if(os_release MATCHES "([0-9]+)")
  string(APPEND WIREGAP_PACKAGE_RELEASE "~deb${CMAKE_MATCH_1}")
endif()
set(WIREGAP_MAINTAINER "wiregap maintainers <wiregap@packages.invalid>")
