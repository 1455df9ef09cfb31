/** Tests on demand, over HTTP: what a person at a terminal asks for. Recorded in no metric. */
@NullMarked
package io.kconmon.agent.ondemand;

import org.jspecify.annotations.NullMarked;
