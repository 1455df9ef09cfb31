/**
 * The controller: tells the agents who they are and who the others are. {@link ControllerProgram} puts its parts
 * together; a {@link io.kconmon.shared.roster.RosterSource} posts the roster, the routes and the streams read it.
 * Keeps nothing of its own: every replica gives the same answer.
 */
@NullMarked
package io.kconmon.controller;

import org.jspecify.annotations.NullMarked;
