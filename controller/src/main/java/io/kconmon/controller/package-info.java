/**
 * The controller: tells each agent its identity and the other agents. {@link ControllerProgram} puts its parts
 * together; a {@link io.kconmon.shared.roster.RosterSource} posts the roster, the routes and the streams read it. It
 * keeps no state of its own: every replica gives the same answer.
 */
@NullMarked
package io.kconmon.controller;

import org.jspecify.annotations.NullMarked;
