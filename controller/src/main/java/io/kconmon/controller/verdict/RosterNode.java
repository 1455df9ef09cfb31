package io.kconmon.controller.verdict;

/**
 * A node that has an agent.
 *
 * @param paused
 *            whether nobody is to test it just now: it drains, or its agent is not ready
 */
public record RosterNode(String node, String zone, boolean paused) {
}
