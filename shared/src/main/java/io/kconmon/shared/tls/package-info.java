/** TLS from PEM files that may be replaced while the program runs, and files of that kind in general. */
@NullMarked
package io.kconmon.shared.tls;

import org.jspecify.annotations.NullMarked;
