/**
 * The agent: {@link io.kconmon.agent.AgentProgram} puts its parts together. Data goes one way through them. A roster change
 * starts or stops loops; a loop runs a probe; the result goes into the series of its destination; the scrape writes these
 * out. Never depends on Kubernetes or on the controller.
 */
@NullMarked
package io.kconmon.agent;

import org.jspecify.annotations.NullMarked;
