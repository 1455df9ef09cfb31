/** The DNS test: lookups of configured hosts. The only package that knows dnsjava. Depends on {@code probe}. */
@NullMarked
package io.kconmon.agent.probe.dns;

import org.jspecify.annotations.NullMarked;
