/**
 * What was measured: plain state a peer and a host, replaced as a whole with each result and written out at the scrape.
 * No registry of meters: 45,000 of them would cost a scrape 63 MB of garbage, and a departed peer seconds to remove.
 */
@NullMarked
package io.kconmon.agent.measure;

import org.jspecify.annotations.NullMarked;
