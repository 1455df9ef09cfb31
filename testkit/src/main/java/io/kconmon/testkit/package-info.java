/** What tests of several modules share. It depends on no other module, so that all of them may use it, and it is on no runtime class path. */
@NullMarked
package io.kconmon.testkit;

import org.jspecify.annotations.NullMarked;
