/** Who may ask, and who answers: the shared token, and TLS from PEM files. Both are read again when their files change. */
@NullMarked
package io.kconmon.shared.access;

import org.jspecify.annotations.NullMarked;
